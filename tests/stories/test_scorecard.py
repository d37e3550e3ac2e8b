"""Metrics over many incidents, as people ask for them. The page of Prometheus is in test_metrics.py."""

import re

from bot.archive import Archive
from bot.domain.replay import Stage
from bot.sandbox import Person
from tests.records import REPLAYS, needs_replays
from tests.world import World, declared, said

_TOKEN = re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)> \([^)]*\)")
"""A time as readers see it in their own zone; its fallback tells the second."""


def asked(world: World, person: Person, line: str) -> str:
    """The answer to ``metrics …`` as a reader sees it; times as UTC."""
    text = said(world, person, f"metrics {line}".strip())
    return _TOKEN.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">")


def row(card: str, name: str) -> str:
    """The paragraph of that metric."""
    return next((part for part in card.split("\n\n") if part.startswith(f"*{name}*")), "")


def imported(world: World) -> str:
    text = (REPLAYS / "techflow-p0.json").read_text(encoding="utf-8")
    return Archive(world.bot.transactions).import_replay(text, stage=Stage.FINAL)


@needs_replays
def test_techflow_is_listed_with_the_times_of_its_record(world: World) -> None:
    """Acceptance A: each number with both its time stamps and where they come from (MD-7)."""
    ref, ana = imported(world), world.person("ana")
    card = asked(world, ana, "all 2024-Q1")
    told = {
        "Time to detect (MTTD)": "0 s", "Time to acknowledge (TTA)": "30 s",
        "Alert to team assembled": "12 min 30 s", "First customer update": "11 min 45 s",
        "Time to resolve P0 (MTTR)": "1 h 57 min", "Closed": "2 h 47 min 15 s",
    }  # fmt: skip
    for name, value in told.items():
        assert f"\n{value} · 1 incident" in row(card, name), name
    assert "target < 4 min: *missed*" in row(card, "Alert to team assembled")
    assert "target ≤ 10 min: *missed*" in row(card, "First customer update")
    assert "target < 2 h: *met*" in row(card, "Time to resolve P0 (MTTR)")
    assert "cannot be told" in row(card, "Time to detect (MTTD)")  # impact and alert are one time
    assert "no trend can be told" in card
    listed = asked(world, ana, "list resolved 2024-Q1")
    assert f"`{ref}` *1 h 57 min* · met · SEV-1" in listed
    assert "start of impact 2024-03-15 16:23:15 UTC" in listed
    assert "to resolve 2024-03-15 18:20:15 UTC" in listed
    assert "the first entry by a person after the alert" in asked(world, ana, "list tta 2024")
    assert "Nothing in this period" in asked(world, ana, "list resolved 30d")


def test_late_facts_change_the_numbers(world: World) -> None:
    """What was measured is kept; a note, an edit, a pin taken off, a deletion and a field make it anew."""
    ana, _ = declared(world)
    world.forward(minutes=30)
    ana.commands("/incident resolve all services normal")
    world.tick()
    assert "30 min" in row(asked(world, ana, ""), "Time to resolve P0 (MTTR)")
    assert world.bot.scorecard.refresh() == 0  # nobody changed anything

    ana.commands("/incident set impact_start 08:55")
    assert "35 min" in row(asked(world, ana, ""), "Time to resolve P0 (MTTR)")
    assert row(asked(world, ana, ""), "Alert to team assembled") == ""
    ana.says("Alert: checkout fails")
    world.forward(minutes=4)
    assembly = ana.says("Assembly: all here")
    world.tick()
    assert "\n4 min · 1 incident" in row(asked(world, ana, ""), "Alert to team assembled")
    ana.commands("/incident note alert: pool is exhausted at=09:00")
    assert "\n34 min · 1 incident" in row(
        asked(world, ana, ""), "Alert to team assembled"
    )  # an earlier alert

    ana.deletes(assembly)
    world.tick()
    assert row(asked(world, ana, ""), "Alert to team assembled") == ""
    cause = ana.says("Root cause: the pool")
    world.tick()
    assert "*Time to identify (TTI)*" in asked(world, ana, "all")
    ana.edits(cause, "I do not know yet")
    world.tick()
    assert row(asked(world, ana, "all"), "Time to identify (TTI)") == ""
    talk = ana.says("assembly took a while")
    world.tick()
    assert world.bot.scorecard.refresh() == 1  # the tick measures what changed, once
    ana.pins(talk)
    world.tick()
    assert world.bot.scorecard.refresh() == 1
    assert world.bot.scorecard.refresh() == 0


def test_what_does_not_count_is_told_and_private_ones_count_for_their_own_people_alone(world: World) -> None:
    """MD-5, DR-28, R-DRL-2."""
    ana, _ = declared(world)
    world.forward(minutes=20)
    ana.commands("/incident resolve done")
    for words in ("sev1 trying it out --drill", "sev1 nothing at all", "sev1 a secret --private"):
        ana.commands(f"/incident declare {words}")
        world.tick()
        ana.channel = world.channel().channel
        world.forward(minutes=60)
        ana.commands("/incident cancel no harm" if "nothing" in words else "/incident resolve done")
        world.tick()
    bo = world.person("bo")
    mine, theirs = asked(world, ana, ""), asked(world, bo, "")
    assert "2 incidents" in mine
    assert "1 incident\n" in theirs
    assert "Left out: 1 false alarm, 1 drill" in theirs
    assert "median 40 min" in row(mine, "Time to resolve P0 (MTTR)")
    assert "\n20 min · 1 incident" in row(theirs, "Time to resolve P0 (MTTR)")
    assert "secret" in asked(world, ana, "list mttr")
    assert "secret" not in asked(world, bo, "list mttr")


def test_what_people_enter_is_corrected_by_entering_it_again(world: World) -> None:
    ana, bo = world.person("ana"), world.person("bo")
    first = asked(world, ana, "set nps 8.2 at=2026-02 survey of February")
    assert first.startswith("*NPS* is 8.2 for 2026-02.")
    assert asked(world, ana, "set nps 8.2 at=2026-02 survey of February").startswith(
        "You had entered the same"
    )
    world.forward(minutes=5)
    assert f"it was 8.2, by <@{ana.id}> on 2026-03-02 09:00:00 UTC" in asked(
        world, bo, "set nps 7.4 at=2026-02"
    )
    card = row(asked(world, ana, "2026-02"), "NPS")
    assert "target > 8: *missed*" in card
    assert f"*7.4* for 2026-02, entered by <@{bo.id}> on 2026-03-02 09:05:00 UTC" in card
    history = asked(world, ana, "list nps 2026-02")
    assert f"before that 8.2, by <@{ana.id}>" in history
    assert "no value for 2026-02 any more" in asked(world, bo, "set nps none at=2026-02")
    assert "nothing can be taken back" in asked(world, bo, "set nps none at=2026-02")
    assert row(asked(world, ana, "2026-02"), "NPS") == ""


def test_bad_input_is_refused_with_the_next_step(world: World) -> None:
    ana = world.person("ana")
    for typed, told in {
        "2024-13": "is no period",
        "2026-03-20..2026-03-01": "ends before it begins",
        "list nosuch": "is no metric",
        "set": "Which value?",
        "set nps": "Which value?",
        "set nps high": "is no number for NPS",
        "set sla 120": "lies between 0 and 100",
        "set mttd 3": "is computed from incidents",
        "set nps 8 at=2027-01": "is still to come",
    }.items():
        answer = said(world, ana, f"metrics {typed}")
        assert told in answer, typed
        assert "Next: `/incident metrics" in answer, typed


def test_buttons_lead_to_the_list_and_back(world: World) -> None:
    """The list stands where the card stood, for only one person sees either."""
    ana, room = declared(world)
    world.forward(minutes=30)
    ana.commands("/incident resolve done")
    world.tick()
    ana.commands("/incident metrics")
    ana.clicks("metric_list:resolved")
    world.tick()
    shown = ana.hears(room.channel)[-1]
    assert "*30 min* · met · SEV-1" in shown.words
    ana.clicks("metrics:back")
    world.tick()
    assert "Metrics of the last 30 days" in ana.hears(room.channel)[-1].words
    ana.clicks("metrics:quarter")
    world.tick()
    assert "Metrics of quarter 4 of 2025" in ana.hears(room.channel)[-1].words


def test_a_trend_is_a_picture_for_whoever_asks(world: World) -> None:
    """It comes alone, with its words for whom cannot see it; where Slack does not take it, they read that."""
    ana, room = declared(world)
    world.forward(minutes=30)
    ana.commands("/incident resolve done")
    world.tick()
    assert "could show" in said(world, ana, "metrics trend nps year")
    assert "Of which metric?" in said(world, ana, "metrics trend")
    ana.commands("/incident metrics list resolved year")
    ana.clicks("metric_trend")
    world.tick()
    assert "comes as a direct message" in ana.hears(room.channel)[-1].words
    picture = next(file for file in world.slack.files.values() if file.name.startswith("trend-resolved"))
    assert (picture.content or b"").startswith(b"\x89PNG")
    told = world.dm(ana).words[-1]
    assert "What the picture shows, in words: Time to resolve P0 (MTTR)" in told
    assert "One dot is one incident" in told


def test_the_home_names_targets_that_were_missed_and_nothing_where_none_was(world: World) -> None:
    ana, _ = declared(world)
    world.forward(minutes=30)
    ana.commands("/incident resolve done")
    world.tick()
    world.bot.scorecard.refresh()

    def shown() -> str:
        ana.opens_home()
        world.tick()
        return str(world.slack.homes[ana.id].body["blocks"])

    assert "Targets missed" not in shown()
    ana.commands("/incident set impact_start 06:00")
    world.tick()
    world.bot.scorecard.refresh()
    assert "Targets missed in the last 30 days" in shown()
    assert "Time to resolve P0 (MTTR) *3 h 30 min*, target &lt; 2 h" in shown()
    ana.clicks("metrics", channel="home")
    world.tick()
    assert "Metrics of the last 30 days" in str(world.slack.homes[ana.id].body["blocks"])
