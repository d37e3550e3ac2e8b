import pytest

from bot.sandbox.typing_in import encode, normalise, rich_text


@pytest.mark.parametrize(
    ("typed", "message", "command"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d", None),
        ("thanks @ana!", "thanks <@UTEST0001>!", "thanks <@UTEST0001|ana>!"),
        ("lead=@ben", "lead=<@UTEST0002>", "lead=<@UTEST0002|ben>"),
        ("see #general.", "see <#CTEST0003|general>.", None),
        ("ask @nobody in #nowhere", "ask @nobody in #nowhere", None),
        ("mail ana@example.com", "mail ana@example.com", None),
        ("@here please", "<!here> please", None),
        ("page @oncall", "page <!subteam^{group}|@oncall>", None),
        ("https://x.example/a?b=1&c=2, ok", "<https://x.example/a?b=1&amp;c=2>, ok", None),
        ("pinned 📌 now", "pinned :pushpin: now", None),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;", None),
        ("日本語 و عربي", "日本語 و عربي", None),
    ],
)
def test_what_people_type_arrives_in_slacks_codes(ws, typed, message, command):
    group = ws.add_group("oncall", ["ana"]).id
    assert encode(ws, typed) == message.replace("{group}", group)
    assert encode(ws, typed, command=True) == (command or message).replace("{group}", group)


def test_a_private_channel_is_a_name_only_for_who_is_in_it(ws):
    hidden = ws.add_channel("hidden", private=True, members=["ana"])
    assert encode(ws, "see #hidden", by=ws.user("ana").id) == f"see <#{hidden.id}|hidden>"
    assert encode(ws, "see #hidden", by=ws.user("ben").id) == "see #hidden"


def test_an_apps_codes_stay_and_the_rest_is_escaped():
    assert (
        normalise("<!here> 1 < 2 && <!date^1^{date}|x>") == "<!here> 1 &lt; 2 &amp;&amp; <!date^1^{date}|x>"
    )


def test_rich_text_holds_the_same_in_pieces():
    text = "hi <@U1> in <#C1|ops> :eyes: <https://x.example?a&amp;b|here> &lt;ok&gt;"
    (section,) = rich_text(text, "b")[0]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C1"},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "eyes"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://x.example?a&b", "text": "here"},
        {"type": "text", "text": " <ok>"},
    ]
