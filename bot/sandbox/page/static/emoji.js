// Shortcodes as Slack names them; one that is not here stays as it was typed.

const TABLE = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 pushpin 📌 round_pushpin 📍 eyes 👀 white_check_mark ✅ heavy_check_mark ✔️
ballot_box_with_check ☑️ fire 🔥 fire_engine 🚒 rotating_light 🚨 warning ⚠️ tada 🎉 x ❌ no_entry ⛔ no_entry_sign 🚫
mega 📣 loudspeaker 📢 memo 📝 pencil 📝 pencil2 ✏️ pray 🙏 rocket 🚀 octagonal_sign 🛑 red_circle 🔴 large_green_circle 🟢
large_yellow_circle 🟡 large_orange_circle 🟠 large_blue_circle 🔵 black_circle ⚫ white_circle ⚪ grinning 😀 smile 😄
smiley 😃 slightly_smiling_face 🙂 joy 😂 sweat_smile 😅 wink 😉 blush 😊 thinking_face 🤔 cry 😢 sob 😭 scream 😱
grimacing 😬 upside_down_face 🙃 face_palm 🤦 shrug 🤷 heart ❤️ broken_heart 💔 bulb 💡 alarm_clock ⏰ bell 🔔 no_bell 🔕
dart 🎯 hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ clock1 🕐 calendar 📆 date 📅 lock 🔒 unlock 🔓 key 🔑
link 🔗 paperclip 📎 page_facing_up 📄 clipboard 📋 books 📚 book 📖 open_book 📖 newspaper 📰 bar_chart 📊
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 mag 🔍 mag_right 🔎 wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️
gear ⚙️ nut_and_bolt 🔩 computer 💻 desktop_computer 🖥️ keyboard ⌨️ floppy_disk 💾 cd 💿 electric_plug 🔌 battery 🔋
satellite 📡 telephone_receiver 📞 phone ☎️ iphone 📱 email ✉️ envelope ✉️ inbox_tray 📥 outbox_tray 📤 package 📦
speech_balloon 💬 thought_balloon 💭 raised_hand ✋ wave 👋 clap 👏 ok_hand 👌 muscle 💪 point_right 👉 point_left 👈
point_up ☝️ point_down 👇 handshake 🤝 v ✌️ crossed_fingers 🤞 raised_hands 🙌 bow 🙇 runner 🏃 walking 🚶 ok 🆗 new 🆕
sos 🆘 information_source ℹ️ question ❓ exclamation ❗ heavy_exclamation_mark ❗ bangbang ‼️ 100 💯 star ⭐ star2 🌟
sparkles ✨ zap ⚡ boom 💥 collision 💥 bug 🐛 ladybug 🐞 snail 🐌 turtle 🐢 whale 🐳 penguin 🐧 snake 🐍 cat 🐱 dog 🐶
ghost 👻 skull 💀 robot_face 🤖 alien 👽 sunny ☀️ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈 ocean 🌊 earth_africa 🌍
globe_with_meridians 🌐 house 🏠 office 🏢 hospital 🏥 ambulance 🚑 police_car 🚓 construction 🚧 vertical_traffic_light 🚦
checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ black_flag 🏴 trophy 🏆 medal 🏅 coffee ☕ beer 🍺 pizza 🍕
cake 🍰 seedling 🌱 herb 🌿 repeat 🔁 arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️ arrow_right ➡️ arrow_left ⬅️
arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️ arrow_lower_right ↘️ small_red_triangle 🔺 small_red_triangle_down 🔻
heavy_plus_sign ➕ heavy_minus_sign ➖ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣
moneybag 💰 dollar 💵 credit_card 💳 shopping_trolley 🛒 lock_with_ink_pen 🔏 shield 🛡️ bust_in_silhouette 👤
busts_in_silhouette 👥 man 👨 woman 👩 female-firefighter 👩‍🚒 male-firefighter 👨‍🚒 firefighter 🧑‍🚒 pager 📟 scroll 📜
ship 🚢 anchor ⚓ airplane ✈️ bike 🚲 car 🚗 bus 🚌 train 🚆 pause_button ⏸️ double_vertical_bar ⏸️ arrow_forward ▶️
black_square_for_stop ⏹️ fast_forward ⏩ rewind ⏪ white_large_square ⬜ black_large_square ⬛ large_blue_square 🟦
large_red_square 🟥 large_yellow_square 🟨 large_green_square 🟩 heavy_multiplication_x ✖️ infinity ♾️ test_tube 🧪
`.trim().split(/\s+/);

const EMOJI = new Map();
for (let index = 0; index < TABLE.length; index += 2) EMOJI.set(TABLE[index], TABLE[index + 1]);

export const emoji = (name) => EMOJI.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
export const emojiOrCode = (name) => emoji(name) ?? `:${name}:`;
export const emojiNamed = (part) => {
  const found = [...EMOJI.keys()].filter((name) => name.includes(part));
  return found.sort((one, other) => other.startsWith(part) - one.startsWith(part));
};
export const QUICK = ["pushpin", "white_check_mark", "eyes"];
export const CHOICE = ["pushpin", "+1", "white_check_mark", "eyes", "fire", "rotating_light", "tada", "heart", "star", "repeat", "pray", "bulb"];
