"""What customers are told: approved texts at once, edited ones after approval (R-TPL), no amounts (R-SLA)."""

from dataclasses import replace

import pytest

from bot.sandbox import Person
from tests.world import Room, World, declared, in_channel, said

POLICY = """
[organisation]
name = "TechFlow"
[channels]
status = "status"
[sla]
legal = ["@lena"]
finance = ["@finn"]
"""
TEXTS = {
    "investigating": "We are investigating reports of connectivity issues.",
    "identified": "We have identified the root cause and are implementing a fix.",
    "monitoring": "Services are being restored and we are monitoring closely.",
    "resolved": "All services have been fully restored.",
}
"""R-TPL-1: how the four pre-approved texts begin."""


@pytest.fixture
def policy() -> str:
    return POLICY


@pytest.fixture
def status(world: World) -> Room:
    """The channel that customers' updates are published in."""
    return Room(world, world.slack.add_channel("status", bot=True))


def joined(world: World, name: str) -> Person:
    """Somebody else, in the incident's channel."""
    person = world.person(name)
    room = world.channel()
    person.joins(room.name)
    person.channel = room.channel
    return person


def changed(world: World, **fields: object) -> None:
    """The incident as another feature would have made it."""
    with world.bot.store.begin() as tx:
        one = tx.incident("INC-2026-0302-001", lock=True)
        assert one is not None
        tx.save_incident(replace(one, **fields))  # type: ignore[arg-type]


# Pre-approved texts


@pytest.mark.parametrize("phase", TEXTS)
def test_each_phase_has_an_approved_text_that_goes_out_at_once(
    world: World, status: Room, phase: str
) -> None:
    """R-TPL-1, R-TPL-2, R-TPL-3."""
    ana, room = declared(world)
    said(world, ana, "set service Checkout")
    answer = said(world, ana, f"update {phase} --external")
    assert "Customers can read it in `#status`." in answer
    (told,) = status.keyed("external").words
    first, *rest = told.splitlines()
    assert first.startswith(f"{phase.upper()}: {TEXTS[phase]}")
    took = ["Incident Duration: 0 minutes"] if phase == "resolved" else []
    assert rest == [
        f"Status: {phase.capitalize()}", "Services Affected: Checkout", *took, "Last Updated: March 2, 2026 09:00 UTC"
    ]  # fmt: skip
    assert room.keyed("preview") == []
    assert "INC-" not in told


def test_the_approved_text_typed_as_it_stands_needs_no_approval(world: World, status: Room) -> None:
    """R-TPL-2."""
    ana, _ = declared(world)
    said(world, ana, f"update identified {TEXTS['identified']} --external")
    assert len(status.keyed("external")) == 1


def test_an_update_for_customers_is_one_update_in_the_channel(world: World, status: Room) -> None:
    """LINT-1, and it resets the clock like any other."""
    ana, room = declared(world)
    world.forward(minutes=10)
    said(world, ana, "update monitoring --external")
    assert len(room.keyed("update")) == 1
    assert "customers can read it in `#status`" in room.keyed("update").words[0]
    world.forward(minutes=15, seconds=-1)
    assert room.nudges == []
    timeline = said(world, ana, "timeline")
    assert timeline.count("Services are being restored") == 1


# Approval


def test_an_edited_text_waits_in_the_channel_until_the_commander_approves(world: World, status: Room) -> None:
    """R-TPL-2."""
    ana, room = declared(world)
    ben = joined(world, "ben")
    world.forward(minutes=5)
    answer = said(world, ben, "update identified the pool is exhausted --external")
    assert f"waits: <@{ana.id}> can approve it." in answer
    (preview,) = room.keyed("preview").words
    assert "> IDENTIFIED: the pool is exhausted" in preview
    assert f"Nothing is published before <@{ana.id}> approves it." in preview
    assert len(room.keyed("update")) == 1, "inside it goes out at once"
    assert status.messages == []
    ben.clicks("Approve")
    world.settle()
    assert "Only the commander (@Ana) may approve a text for customers" in ben.hears()[-1].words
    assert status.messages == []
    ana.clicks("Approve")
    world.settle()
    assert "IDENTIFIED: the pool is exhausted" in status.keyed("external").words[0]
    assert "Published." in ana.hears()[-1].words
    (settled,) = room.keyed("preview").words
    assert settled.startswith(f"IDENTIFIED was published for customers, approved by <@{ana.id}>.")
    assert len(settled.splitlines()) == 1
    assert not any(block["type"] == "actions" for block in room.keyed("preview")[0].blocks)


def test_a_second_click_says_that_it_was_published(world: World, status: Room) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "comms @ben")
    said(world, ana, "update identified the pool is exhausted --external")
    ts = room.keyed("preview")[0].ts
    shown = room.keyed("preview")[0].blocks
    ben.clicks("Approve", message=ts)
    world.settle()
    room.keyed("preview")[0].blocks = shown  # as somebody's Slack that has not heard of the edit yet
    ana.clicks("Approve", message=ts)
    world.settle()
    assert "was published already, approved by @Ben; nothing was done twice" in ana.hears()[-1].words
    assert len(status.keyed("external")) == 1


def test_a_withdrawn_text_is_never_published(world: World, status: Room) -> None:
    _, room = declared(world)
    ben, cem = joined(world, "ben"), joined(world, "cem")
    said(world, ben, "update identified the pool is exhausted --external")
    cem.clicks("Discard")
    world.settle()
    assert "Only whoever wrote it, or the commander (@Ana), may withdraw" in cem.hears()[-1].words
    ben.clicks("Discard")
    world.settle()
    assert room.keyed("preview").words == [
        f"A text for customers (identified) was withdrawn by <@{ben.id}>; it was not published."
    ]
    assert status.messages == []


def test_a_newer_text_takes_the_place_of_the_one_that_waits(world: World, status: Room) -> None:
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    said(world, ana, "update identified two --external")
    first, second = room.keyed("preview").words
    assert first == "A text for customers (identified) waited here; a newer one took its place."
    assert "> IDENTIFIED: two" in second
    ana.clicks("Approve")
    world.settle()
    assert ["two" in words for words in status.keyed("external").words] == [True]


def test_an_approval_answers_the_nudge_that_waits(world: World, status: Room) -> None:
    """DR-4: the publication resets the clock too."""
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    world.forward(minutes=16)
    assert len(room.nudges) == 1
    ana.clicks("Approve", message=room.keyed("preview")[0].ts)
    world.settle()
    assert room.nudges == ["A status update was due here; it was posted."]
    world.forward(minutes=15, seconds=-1)
    assert len(room.nudges) == 1
    world.forward(seconds=1)
    assert len(room.nudges) == 2


def test_a_text_that_waits_outlives_a_restart(world: World, status: Room) -> None:
    ana, room = declared(world)
    said(world, ana, "update identified one --external")
    world.restart()
    ana.clicks("Approve")
    world.settle()
    assert len(status.keyed("external")) == 1
    assert "was published" in room.keyed("preview").words[0]


def test_an_outage_that_is_not_total_is_questioned_in_the_preview_and_not_blocked(
    world: World, status: Room
) -> None:
    """BL-5."""
    ana, room = declared(world)
    said(world, ana, "impact pct=80")
    said(world, ana, "update identified the outage goes on --external")
    assert "“Outage” tells customers that everything is down, and the recorded impact is 80 %" in in_channel(
        world
    )
    said(world, ana, "impact pct=100")
    said(world, ana, "update identified the outage goes on and on --external")
    assert "“Outage” tells" not in room.keyed("preview").words[-1]
    ana.clicks("Approve")
    world.settle()
    assert "the outage goes on and on" in status.keyed("external").words[0]


def test_the_resolved_text_may_follow_a_resolve(world: World, status: Room) -> None:
    ana, _ = declared(world)
    world.forward(minutes=30)
    said(world, ana, "resolve done")
    world.forward(minutes=5)
    said(world, ana, "update resolved --external")
    (told,) = status.keyed("external").words
    assert "Incident Duration: 30 minutes" in told
    assert "Last Updated: March 2, 2026 09:35 UTC" in told


# The first one


def test_card_and_status_say_by_when_customers_should_first_hear(world: World, status: Room) -> None:
    """R-MET-10."""
    ana, room = declared(world)
    assert "First update for customers wanted by *<!date" in room.card.words
    assert "09:10 UTC" in room.card.words
    said(world, ana, "set impact_start 08:58 UTC")
    assert "09:08 UTC" in room.card.words
    world.forward(minutes=9)
    assert "First update for customers wanted by" in (shown := said(world, ana, "status"))
    assert "(*overdue*)" in shown
    answer = said(world, ana, "update --external")
    assert "went out 11 min after the start of impact; the target is 10 min, so it came late." in answer
    assert "First update for customers" not in room.card.words
    assert "First update for customers" not in said(world, ana, "status")
    assert "First update" not in said(world, ana, "update --external")


def test_an_early_first_update_is_in_time(world: World, status: Room) -> None:
    """R-MET-10; without a start of impact it counts from the declaration, and says so."""
    ana, _ = declared(world)
    world.forward(minutes=10)
    answer = said(world, ana, "update --external")
    assert "10 min after the declaration (no start of impact is recorded)" in answer
    assert "so it was in time" in answer


# What may not leave


def test_an_amount_is_blocked_until_legal_and_finance_approve(world: World, status: Room) -> None:
    """R-SLA-1, R-SLA-2, replay N: "$" in an external update."""
    ana, room = declared(world)
    lena, finn = joined(world, "lena"), joined(world, "finn")
    typed = "update identified You get $50 and a credit of 10 % --external"
    refused = said(world, ana, typed)
    assert "this one says “$50”, “credit of 10 %”; nothing was published" in refused
    assert f"You typed: /incident {typed}" in refused
    assert room.keyed("update") == []
    assert room.keyed("preview") == []
    assert "Only those whom the policy names under [sla] legal" in said(world, ana, "sla approve legal")
    assert "Only those whom the policy names under [sla] finance" in said(world, lena, "sla approve finance")
    assert "Approved for legal." in said(world, lena, "sla approve legal")
    assert "already, by" in said(world, lena, "sla approve legal")
    assert "Still to approve: finance." in said(world, ana, typed)
    assert "Both have approved" in said(world, finn, "sla approve finance")
    said(world, ana, typed)
    ana.clicks("Approve")
    world.settle()
    assert "You get $50" in status.keyed("external").words[0]
    timeline = said(world, ana, "timeline")
    for side, who in (("legal", "Lena"), ("finance", "Finn")):
        assert f"approved for {side} by @{who}" in timeline


def test_an_internal_update_is_not_gated(world: World, status: Room) -> None:
    """R-SLA-1: only what customers read."""
    ana, _ = declared(world)
    assert "Posted." in said(world, ana, "update we lose $50 a minute")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("sla approve marketing", "'marketing' cannot approve credit amounts"),
        ("sla approve", "'' cannot approve credit amounts"),
        ("sla please", "'please' cannot approve credit amounts"),
        ("sla status", "Until both approve, no text for customers may name an amount"),
    ],
)
def test_sla_says_how_things_stand(world: World, status: Room, line: str, sentence: str) -> None:
    ana, _ = declared(world)
    assert sentence in said(world, ana, line)


class TestNobodyNamed:
    @pytest.fixture
    def policy(self) -> str:
        return ""

    def test_without_approvers_nobody_may(self, world: World) -> None:
        """R-SLA-2: closed when in doubt, with the key to fill."""
        ana, _ = declared(world)
        answer = said(world, ana, "sla approve legal")
        assert "names nobody who may approve credit amounts for legal, so nobody may" in answer
        assert "[sla] legal" in answer
        assert "not yet, and the policy names nobody: `[sla] finance`" in said(world, ana, "sla")

    def test_without_a_status_channel_the_channel_gets_the_block_to_copy(self, world: World) -> None:
        """R-TPL-3: said plainly, and it counts."""
        ana, room = declared(world)
        answer = said(world, ana, "update identified --external")
        assert "The policy names no status channel (`[channels] status`)" in answer
        assert "The first update for customers went out 0 s after the declaration" in answer
        (told,) = room.keyed("external").words
        assert "to be published by hand" in told
        assert "> IDENTIFIED: We have identified the root cause" in told


class TestOnePersonForBothSides:
    @pytest.fixture
    def policy(self) -> str:
        return '[sla]\nlegal = ["@lena"]\nfinance = ["@lena"]\n'

    def test_one_person_may_approve_both_where_the_policy_names_them_twice(self, world: World) -> None:
        """R-SLA-2."""
        declared(world)
        lena = joined(world, "lena")
        said(world, lena, "sla approve legal")
        assert "Both have approved" in said(world, lena, "sla approve finance")


class TestTextsOfThePolicy:
    @pytest.fixture
    def policy(self) -> str:
        return (
            POLICY
            + "[status.identified]\ntext = '''{{ 7 * 7 }} {% for x in y %} <!channel> <http://x.example|bank> & so'''\n"
            + 'approved_by = "Lena"\napproved_on = 2026-01-05\n'
        )

    def test_a_text_of_the_policy_is_text_and_never_a_template(self, world: World, status: Room) -> None:
        """R-TPL-1, RELIABILITY S4: nothing in it is computed or active."""
        ana, _ = declared(world)
        said(world, ana, "update identified --external")
        (told,) = status.keyed("external")
        assert "IDENTIFIED: {{ 7 * 7 }} {% for x in y %} " in told.words
        assert "49" not in told.words
        assert "&lt;!channel&gt; &lt;http://x.example|bank&gt; &amp; so" in str(told.blocks)
        assert "<!channel>" not in str(told.blocks)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{7*7}} and {% raw %}", "{{7*7}} and {% raw %}"),
        ("see https://status.example/a?x=1&y=2", "https://status.example/a?x=1&amp;y=2"),
        ("> quoted\n> more", "&gt; quoted"),
        ("*bold* `code` ```fence```", "*bold* `code` ```fence```"),
        ("\u202eevil\u200b", "evil"),
    ],
)
def test_hostile_texts_stay_text(world: World, status: Room, text: str, shown: str) -> None:
    """RELIABILITY S3, S4."""
    ana, room = declared(world)
    said(world, ana, f"update identified {text} --external")
    ana.clicks("Approve", message=room.keyed("preview")[0].ts)
    world.settle()
    assert shown in str(status.keyed("external")[0].blocks[0]["text"]["text"])


@pytest.mark.parametrize("text", ["<!channel> is down", "ask @ben", "see #general", "x" * 10_000])
def test_what_may_not_leave_is_refused_and_given_back(world: World, status: Room, text: str) -> None:
    """RELIABILITY S3, DR-28: no names of ours, no piece of a text; nothing typed is lost."""
    ana, room = declared(world)
    world.person("ben")
    raw = text.replace("<!channel>", "@channel")
    answer = said(world, ana, f"update identified {raw} --external")
    assert "nothing was published" in answer
    assert "You typed: /incident update identified" in answer
    assert status.messages == []
    assert room.keyed("update") == []


# Drills, private incidents, trouble


def test_a_drill_only_shows_what_would_be_published(world: World, status: Room) -> None:
    """R-DRL-2."""
    ana, room = declared(world)
    changed(world, drill=True)
    answer = said(world, ana, "update identified --external")
    assert "A drill: the text for customers was shown in the channel alone." in answer
    assert "*DRILL* · this would be published for customers in `#status`" in room.keyed("external").words[0]
    assert status.messages == []


def test_a_private_incident_tells_customers_nothing_of_itself(world: World, status: Room) -> None:
    """DR-28."""
    ana, _ = declared(world)
    changed(world, private=True, title="secret breach")
    said(world, ana, "update identified --external")
    (told,) = status.keyed("external").words
    for each in ("secret", "INC-", "inc-", "Ana", "<@"):
        assert each not in told


def test_a_status_channel_that_refuses_is_said_aloud_each_time(world: World) -> None:
    """DR-14: with what to do by hand."""
    world.expects_errors("channel_not_found")
    ana, _ = declared(world)
    said(world, ana, "update identified --external")
    said(world, ana, "update monitoring --external")
    told = in_channel(world)
    assert told.count("The update for customers could not be published in `#status` (channel_not_found)") == 2


class TestLeftToSome:
    @pytest.fixture
    def policy(self) -> str:
        return POLICY + '[allow]\nexternal = ["@lena"]\nresolve = ["@lena"]\n'

    def test_a_flag_or_a_phase_is_no_way_around_the_policy(self, world: World, status: Room) -> None:
        """DR-19."""
        ana, _ = declared(world)
        assert "'external' is left to @lena" in said(world, ana, "update identified --external")
        assert "'resolve' is left to @lena" in said(world, ana, "update resolved done")
        assert "'resolve' is left to @lena" in said(world, ana, "phase resolved")
        assert "Posted." in said(world, ana, "update identified done")
