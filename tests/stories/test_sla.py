"""What may not reach customers: amounts before both sides approve, names of ours, anything active (R-SLA, S3)."""

import pytest

from tests.world import Room, World, declared, joined, said

POLICY = """
[channels]
status = "status"
[sla]
legal = ["@lena"]
finance = ["@finn"]
"""


@pytest.fixture
def policy() -> str:
    return POLICY


def test_an_amount_is_blocked_until_legal_and_finance_approve(world: World, status: Room) -> None:
    """R-SLA-1, R-SLA-2, replay N: "$" in an external update."""
    ana, room = declared(world)
    lena, finn = joined(world, "lena"), joined(world, "finn")
    typed = "update identified You get $50 and a credit of 10 % --external"
    refused = said(world, ana, typed)
    assert "this one says “$50”, “10 %”; nothing was published" in refused
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


def test_the_click_that_approves_is_gated_too(world: World, status: Room) -> None:
    """R-SLA-1: what leaves with the text may have changed since it was written."""
    ana, _ = declared(world)
    said(world, ana, "update identified the pool is exhausted --external")
    said(world, ana, "set service the $50 plan")
    ana.clicks("Approve")
    world.settle()
    assert "this one says “$50”; nothing was published" in ana.hears()[-1].words
    assert status.messages == []
    said(world, ana, "set service Checkout")
    ana.clicks("Approve")
    world.settle()
    assert len(status.keyed("external")) == 1


def test_an_internal_update_is_not_gated(world: World, status: Room) -> None:
    """R-SLA-1: only what customers read."""
    ana, _ = declared(world)
    assert "Recorded." in said(world, ana, "update we lose $50 a minute")


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
        assert "&gt; IDENTIFIED: We have identified the root cause" in told


class TestOnePersonForBothSides:
    @pytest.fixture
    def policy(self) -> str:
        return '[sla]\nlegal = ["@lena"]\nfinance = ["@lena", "@finn"]\n'

    def test_two_people_are_needed_also_where_the_policy_names_one_for_both_sides(self, world: World) -> None:
        """R-SLA-2: two named approvers."""
        declared(world)
        lena, finn = joined(world, "lena"), joined(world, "finn")
        said(world, lena, "sla approve legal")
        refused = said(world, lena, "sla approve finance")
        assert (
            "need two people, and you approved for legal already; for finance somebody else must" in refused
        )
        assert "Both have approved" in said(world, finn, "sla approve finance")


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
