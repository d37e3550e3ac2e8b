"""Names, titles and times as people write them anywhere: accents, right to left, half hours, signs that nobody sees."""

import re
import unicodedata

import pytest

from bot.domain.signs import APART, END_APART
from bot.sandbox import Person
from tests.world import World, declared, said

REF = "INC-2026-0302-001"
ARABIC = "تعطل الدفع"
HEBREW = "התשלום נפל"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# Names


@pytest.mark.parametrize("typed", ["@Zoë", "@zoë", "@ZOË", decomposed("@Zoë"), "@zo\u200bë"], ids=ascii)
def test_somebody_is_found_by_their_name_however_it_is_composed(world: World, typed: str) -> None:
    """On both databases: what a small letter is, they do not agree about."""
    zoe = world.slack.add_user("zz", real_name=decomposed("Zoë"))
    world.bot.directory.refresh()
    world.settle()
    ana, room = declared(world)
    said(world, ana, f"lead {typed}")
    assert f"Commander: <@{zoe.id}>" in room.card.words


def test_a_title_is_one_and_the_same_however_it_is_composed(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev2 Größe von Übersicht falsch")
    answer = ana.commands("/incident declare sev3 " + decomposed("übersicht GRÖSSE FALSCH"))
    assert f"This looks like `{REF}`" in answer.text
    title = world.bot.lookup.find(None, world.channel().id).title
    assert unicodedata.is_normalized("NFC", title)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Größe & Straße", "grosse-strasse"),
        (decomposed("Café Ångström"), "cafe-angstrom"),
        ("smørrebrød łódź", "smorrebrod-lodz"),
        ("заказы не идут", ""),
        ("決済 API が落ちた", "api"),
        (ARABIC, ""),
        ("👩🏽‍🚒🇩🇪", ""),
        ("١٢٣ _-_ !!", ""),
        ("ｃｈｅｃｋｏｕｔ", "checkout"),
    ],
)  # fmt: skip
def test_every_title_makes_a_channel_that_slack_takes(world: World, title: str, name: str) -> None:
    ana = world.person("ana")
    ana.commands(f"/incident declare sev1 {title}")
    room = world.channel()
    assert room.name == f"{REF.lower()}-{name}".rstrip("-")
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", room.name)
    assert room.card.ts


@pytest.mark.parametrize(
    "line",
    ["de\u200bclare sev1 checkout", "\ufeffdeclare sev1 checkout", "declare\u200e sev1 \u202echeckout\u202c",
     "decl\u00adare sev1 check\u2060out"],
    ids=ascii,
)  # fmt: skip
def test_signs_that_nobody_sees_part_no_command_and_disguise_no_title(world: World, line: str) -> None:
    ana = world.person("ana")
    assert "Declared *SEV-1" in ana.commands(f"/incident {line}").text
    assert world.bot.lookup.find(None, world.channel().id).title == "checkout"


def test_a_title_typed_into_the_form_disguises_nothing_either(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1")
    ana.channel = world.channel().channel
    ana.clicks("Add title", message=world.channel().card.ts)
    ana.submits({"title": decomposed("é") + "\u202e invoice"})
    world.settle()
    assert world.bot.lookup.find(None, world.channel().id).title == "é invoice"


@pytest.mark.parametrize("title", [ARABIC, HEBREW])
def test_a_right_to_left_title_turns_no_sentence_round(world: World, title: str) -> None:
    """Wherever our words stand around it: the card, the announcement, the topic, the list, the draft."""
    ana = world.person("ana")
    answer = ana.commands(f"/incident declare sev1 {title}").text
    room = world.channel()
    ana.channel = room.channel
    apart = f"{APART}{title}{END_APART}"
    told = [answer, room.card.words, room.channel.topic, said(world, ana, "list")]
    told += [world.channel("incidents").messages[-1].words]
    said(world, ana, "resolve")
    said(world, ana, "close")
    told.append(world.bot.documents.make(REF).content)
    for text in told:
        assert apart in text
        for line in text.splitlines():
            assert line.count(APART) == line.count(END_APART)


def test_what_is_copied_out_of_the_bots_words_can_be_typed_again(world: World) -> None:
    """The marks around a title are left out when they come back."""
    ana, room = declared(world)
    said(world, ana, f"set title {APART}{HEBREW}{END_APART}")
    assert world.bot.lookup.find(None, room.id).title == HEBREW


def test_an_update_of_several_lines_has_a_direction_of_its_own(world: World) -> None:
    ana, room = declared(world)
    said(world, ana, f"update {HEBREW}\n{HEBREW}")
    assert f"{HEBREW}\n{HEBREW}" in room.keyed("update")[-1].words
    assert f"{APART}{HEBREW}\n" not in room.keyed("update")[-1].words


def test_long_texts_of_emoji_and_accents_are_cut_between_them(world: World) -> None:
    """The topic takes 250, the title 150: no half of a family is left, and Slack takes it."""
    family = "👨‍👩‍👧‍👦"
    ana = world.person("ana")
    ana.commands(f"/incident declare sev1 {family * 60}")
    room = world.channel()
    topic = room.channel.topic
    assert len(topic.encode("utf-16-le")) // 2 <= 250
    assert re.fullmatch(f"{family}*", topic.partition(family)[1])
    kept = world.bot.lookup.find(None, room.id).title
    assert kept.removesuffix("…").replace(family, "") == ""


# Times


@pytest.mark.parametrize(
    ("zone", "typed", "echo"),
    [
        ("Asia/Kathmandu", "2:30pm", "14:30:00 UTC+05:45 (08:45:00 UTC)"),
        ("Asia/Kolkata", "2.15 pm", "14:15:00 IST (08:45:00 UTC)"),
        ("Asia/Kolkata", "١٤:١٥", "14:15:00 IST (08:45:00 UTC)"),
        ("Australia/Eucla", "5:30 p.m.", "17:30:00 UTC+08:45 (08:45:00 UTC)"),
        ("Australia/Lord_Howe", "19:45", "19:45:00 UTC+11:00 (08:45:00 UTC)"),
        ("Europe/Paris", "9h45", "09:45:00 CET (08:45:00 UTC)"),
        ("America/St_Johns", "5:15am", "05:15:00 NST (08:45:00 UTC)"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_the_zone_of_whoever_types_it_and_echoed(
    world: World, zone: str, typed: str, echo: str
) -> None:
    """PRODUCT 2.2: 08:45 UTC, whoever says so."""
    ana = world.person("ana", tz=zone)
    answer = ana.commands(f"/incident declare sev1 checkout at={typed}")
    assert f"Impact since {echo}." in answer.text
    started = world.bot.lookup.find(None, world.channel().id).impact_started_at
    assert f"{started:%H:%M}" == "08:45"


def test_a_date_in_another_order_is_refused_and_nothing_is_declared(world: World) -> None:
    ana: Person = world.person("ana")
    answer = ana.commands('/incident declare sev1 checkout at="03/02/2026 08:45"')
    assert "Write it like 2024-03-15 09:23: year, month and day" in answer.text
    assert "No incident is open" in said(world, ana, "list")


def test_half_of_the_day_is_kept_apart_from_the_title(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 at=8.45 am pm2 is down")
    assert world.bot.lookup.find(None, world.channel().id).title == "pm2 is down"
