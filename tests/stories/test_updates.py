"""Status updates in phases: what resets the clock, what only says how far it is, who hears (R-TPL, DR-3, DR-4)."""

from datetime import UTC, datetime

import pytest

from bot.sandbox import Person
from tests.world import Room, World, declared, in_channel, said

EXECUTIVES = """
[target.executives]
channel = "exec-updates"
"""


@pytest.fixture
def policy() -> str:
    return EXECUTIVES


@pytest.fixture(autouse=True)
def executives(world: World) -> Room:
    """The channel that the policy names for them."""
    return Room(world, world.slack.add_channel("exec-updates", bot=True))


# Phases


def test_a_phase_alone_stands_in_the_channel_and_leaves_the_clock_as_it_was(world: World) -> None:
    """DR-4: only a phase with a text is an update."""
    ana, room = declared(world)
    world.forward(minutes=10)
    answer = said(world, ana, "phase identified")
    assert "is identified now. The clock goes on: the next update is due" in answer
    assert "09:15 UTC" in answer
    assert "Phase investigating → *identified*" in in_channel(world)
    assert room.keyed("update") == []
    world.forward(minutes=5, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1


def test_a_phase_with_a_text_is_an_update(world: World) -> None:
    """DR-4, and the other name of the verb."""
    ana, room = declared(world)
    world.forward(minutes=10)
    assert "Recorded. The next update is due" in said(world, ana, "stage identified the pool is exhausted")
    assert "investigating → *identified*" in room.keyed("update").words[0]
    world.forward(minutes=15, seconds=-1)
    assert room.nudges == []


def test_the_same_phase_again_says_so_and_changes_nothing(world: World) -> None:
    ana, _ = declared(world)
    said(world, ana, "phase monitoring")
    before = in_channel(world)
    assert "is monitoring already; nothing changed" in said(world, ana, "phase monitoring")
    assert in_channel(world) == before


def test_a_phase_may_go_back_and_the_post_says_from_where(world: World) -> None:
    """The entry keeps from and phase; the timeline shows both."""
    ana, room = declared(world)
    said(world, ana, "update monitoring fix is out")
    said(world, ana, "update identified it is back")
    assert "monitoring → *identified*" in room.keyed("update").words[-1]
    said(world, ana, "phase monitoring")
    said(world, ana, "phase investigating")
    assert "Phase monitoring → *investigating*" in in_channel(world)
    assert "Phase monitoring → investigating" in said(world, ana, "timeline")
    entries = world.bot.lookup.record("INC-2026-0302-001")
    moves = [
        (e.data["from"], e.data["phase"]) for e in entries if e.data.get("change") in ("update", "phase")
    ]
    assert moves == [
        ("investigating", "monitoring"), ("monitoring", "identified"), ("identified", "monitoring"),
        ("monitoring", "investigating"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["update resolved all is well", "phase resolved all is well"])
def test_resolved_with_a_text_resolves_with_that_message(world: World, line: str) -> None:
    ana, room = declared(world)
    world.forward(minutes=10)
    assert "is resolved; reminders have stopped" in said(world, ana, f"{line} next=20m")
    assert "all is well" in room.keyed("resolved").words[0]
    assert room.keyed("update") == []
    world.forward(hours=1)
    assert room.nudges == []


def test_a_next_that_comes_with_resolved_is_left_out_with_a_word(world: World) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, "update resolved all is well next=20m")
    assert "`next=` was left out: no update is due any more." in answer


def test_a_phase_without_text_says_what_it_left_out(world: World) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, "phase identified next=20m --exec")
    assert "Left out: `next=` and `--exec`, which need a message." in answer


def test_of_a_resolved_incident_only_customers_can_be_told(world: World) -> None:
    """An internal update keeps its refusal."""
    ana, _ = declared(world)
    said(world, ana, "resolve done")
    refused = said(world, ana, "update one more thing")
    assert "is resolved, so no update was posted" in refused
    assert "is resolved, so 'phase' is not possible now" in said(world, ana, "phase monitoring")
    assert "customers can only be told that it is resolved" in said(
        world, ana, "update monitoring --external"
    )
    assert "Nothing" not in said(world, ana, "update resolved --external")


@pytest.mark.parametrize(
    ("line", "sentence", "following"),
    [
        ("phase", "Which phase?", "/incident phase identified"),
        ("phase done", "'done' is not a phase", "/incident phase monitoring"),
    ],
)
def test_bad_phases_get_one_sentence_with_the_next_command(
    world: World, line: str, sentence: str, following: str
) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, line)
    assert sentence in answer
    assert f"Next: `{following}`" in answer


def test_a_misspelt_phase_is_understood(world: World) -> None:
    ana, _ = declared(world)
    assert "is identified now" in said(world, ana, "phase identifed")


def test_every_update_says_when_the_next_one_is_due(world: World) -> None:
    """DR-3: in the post, in the answer, and in what an approval leaves behind."""
    ana, room = declared(world)
    for line in (
        "update looking",
        "update identified found it",
        "update --external",
        "update edited --external",
    ):
        assert "The next update is due" in said(world, ana, line)
        assert "Next update due" in room.keyed("update").words[-1]
    ana.clicks("Approve")
    world.settle()
    assert "Next update due" in room.keyed("preview").words[-1]


# Executives


def test_executives_hear_of_an_update_with_severity_phase_text_and_next_due(
    world: World, executives: Room
) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, "update identified pool is <!channel> exhausted --exec")
    assert "The executives hear of it in `#exec-updates`." in answer
    (told,) = executives.keyed("exec")
    for each in ("SEV-1 (P0 · Critical)", "checkout is down", "*identified*", "exhausted", "Next update due"):
        assert each in told.words
    assert "<!channel>" not in told.words


def test_a_resolve_with_exec_tells_them_that_it_is_over(world: World, executives: Room) -> None:
    ana, _ = declared(world)
    said(world, ana, "update resolved all is well --exec")
    (told,) = executives.keyed("exec")
    assert "*resolved*" in told.words
    assert "Next update due" not in told.words


def test_the_executives_hear_nothing_of_a_drill(world: World, executives: Room) -> None:
    """R-DRL-2."""
    ana, _ = declared(world, "sev1 --drill")
    assert "A drill: the executives were not told." in said(world, ana, "update we practise --exec")
    assert executives.messages == []


def test_the_executives_hear_only_that_there_is_an_update_on_a_private_incident(
    world: World, executives: Room
) -> None:
    """DR-28."""
    ana, _ = declared(world, "sev1 --private")
    said(world, ana, "update secret text --exec")
    (told,) = executives.keyed("exec")
    assert told.words.startswith("There is an update on the private incident `INC-2026-0302-001`: <#")
    assert "secret" not in told.words
    assert "checkout" not in told.words.partition("<#")[0]


class TestNobodyConfigured:
    @pytest.fixture
    def policy(self) -> str:
        return ""

    def test_who_is_not_told_is_said_with_the_key_to_fill(self, world: World) -> None:
        ana, _ = declared(world)
        answer = said(world, ana, "update identified found it --exec")
        assert (
            "No executives were told: the policy names no channel for them (`[target.executives] channel`)"
            in answer
        )
        assert "Recorded." in answer


# The form


def test_the_form_knows_phases_and_audiences_and_what_was_typed(world: World, executives: Room) -> None:
    ana, room = declared(world)
    said(world, ana, "update first words")
    ana.commands("/incident update monitoring next=25m --exec")
    assert ana.modal is not None
    assert ana.submits({"Where things stand": "it holds"}).ok
    world.settle()
    assert "it holds" in room.keyed("update").words[-1]
    assert "→ *monitoring*" in room.keyed("update").words[-1]
    assert "09:25 UTC" in room.keyed("update").words[-1]
    assert "it holds" in executives.keyed("exec").words[0]


def test_the_form_resolves_and_tells_customers(world: World, executives: Room) -> None:
    ana, room = declared(world)
    ana.clicks("Post update")
    values = {"Phase": "Resolved", "Where things stand": "", "Tell also": ["external"]}
    assert ana.submits(values).ok
    world.settle()
    assert "All services have been fully restored." in room.keyed("resolved").words[0]
    assert "RESOLVED: All services have been fully restored." in in_channel(world)


def test_a_form_without_text_says_at_the_field_what_is_missing(world: World) -> None:
    ana, _ = declared(world)
    ana.clicks("Post update")
    answer = ana.submits({"Where things stand": ""})
    assert "An update needs a sentence" in answer.errors["text"]
    gated = ana.submits({"Where things stand": "you get $50", "Tell also": ["external"]})
    assert "“$50”" in gated.errors["text"]


# Replay A: the long seed's incident, at its own times


class TestReplayA:
    """Seed 001: declared 09:27:30 PDT with impact from 09:23:15."""

    @pytest.fixture
    def start(self) -> datetime:
        return at(9, 27, 30)

    @pytest.fixture
    def policy(self) -> str:
        return '[organisation]\nname = "TechFlow"\ntimezone = "America/Los_Angeles"\n[channels]\nstatus = "status"\n'

    @pytest.fixture
    def sarah(self, world: World) -> Person:
        world.slack.add_channel("status", bot=True)
        sarah = world.person("sarah", tz="America/Los_Angeles")
        sarah.commands("/incident declare sev1 Database outage at=09:23:15")
        sarah.channel = world.channel().channel
        said(world, sarah, "set service CustomerInsight Pro, DataFlow Analytics, PredictiveMetrics")
        return sarah

    def tells(self, world: World, sarah: Person, when: datetime, line: str) -> str:
        """An update with an edited text, approved in the same breath."""
        with world.at(when):
            sarah.commands(f"/incident {line} --external")
            world.settle()
            sarah.clicks("Approve")
            world.settle()
        return sarah.hears()[-1].words

    def plays(self, world: World, sarah: Person) -> str:
        first = self.tells(
            world, sarah, at(9, 35),
            "update investigating We are currently investigating reports of connectivity issues affecting customers.",
        )  # fmt: skip
        self.tells(
            world, sarah, at(9, 50),
            "update identified We have identified the root cause as a database connectivity issue and are "
            "implementing a fix.",
        )  # fmt: skip
        self.tells(
            world, sarah, at(10, 15),
            "update monitoring We have successfully implemented a fix and services are being restored gradually.",
        )  # fmt: skip
        return first

    def test_the_first_external_update_came_after_11_min_45_s(self, world: World, sarah: Person) -> None:
        """R-MET-10: the answer says how long it took, and whether that was in time."""
        first = self.plays(world, sarah)
        assert (
            "went out 11 min 45 s after the start of impact; the target is 10 min, so it came late." in first
        )
        status = Room(world, world.slack.channel("status"))
        assert status.keyed("external").words[0] == (
            "INVESTIGATING: We are currently investigating reports of connectivity issues affecting customers.\n"
            "Status: Investigating\n"
            "Services Affected: CustomerInsight Pro, DataFlow Analytics, PredictiveMetrics\n"
            "Last Updated: March 15, 2024 09:35 PDT"
        )

    def test_five_nudges_until_11_20_15(self, world: World, sarah: Person) -> None:
        """The update at exactly 09:50:00 wins over its nudge (nudges 5)."""
        room = world.channel()
        self.plays(world, sarah)
        assert len(room.nudges) == 1, "10:05 alone"
        with world.at(at(11, 20, 15)):
            sarah.commands("/incident resolve restored")
        world.forward(hours=2)
        assert len(room.nudges) == 5

    def test_the_draft_counts_updates_on_time_and_the_longest_gap(self, world: World, sarah: Person) -> None:
        """R-COM-6, LINT-1: two of four on time; the post at 12:15:00 triggers nothing and breaks no figure."""
        room = world.channel()
        self.plays(world, sarah)
        with world.at(at(12, 10, 30)):
            sarah.commands("/incident resolve all is well")
        assert len(room.nudges) == 8
        self.tells(
            world, sarah, at(12, 15),
            "update resolved All TechFlow Solutions services have been fully restored and are operating normally.",
        )  # fmt: skip
        assert len(room.nudges) == 8
        told = Room(world, world.slack.channel("status")).keyed("external").words
        assert len(told) == 4
        assert "Incident Duration: 2 hours 47 minutes\nLast Updated: March 15, 2024 12:15 PDT" in told[-1]
        sarah.commands("/incident close")
        world.tick()
        (file,) = [f for m in room.channel.messages for f in m.files]
        draft = (file.content or b"").decode()
        assert "Status updates on time:** 2 of 4" in draft
        assert "Longest time without a status update:** 1 hour 55 minutes 30 seconds" in draft
        missed = "11 minutes 45 seconds (goal ≤ 10 minutes: missed by 1 minute 45 seconds)"
        assert f"| First external update | {missed} |" in draft
        assert "Credit amounts go to no customer until legal and finance have approved them." in draft


def at(hour: int, minute: int, second: int = 0) -> datetime:
    """A time of 15 March 2024 in Los Angeles, where clocks showed PDT."""
    return datetime(2024, 3, 15, hour + 7, minute, second, tzinfo=UTC)


def test_a_bare_phase_out_of_triage_brings_the_severitys_own_pace(world: World) -> None:
    """Nudges 6: triage has 1 h whatever the severity; out of it, nobody is late at once (nudges 4)."""
    ana, room = declared(world, "sev1 --triage")
    world.forward(minutes=30)
    assert room.nudges == []
    said(world, ana, "phase investigating")
    world.forward(minutes=2, seconds=-1)
    assert room.nudges == []
    world.forward(seconds=1)
    assert len(room.nudges) == 1
    world.forward(minutes=15)
    assert len(room.nudges) == 2
