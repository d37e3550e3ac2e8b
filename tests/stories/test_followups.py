"""Follow-ups as people see them: added in the incident, accepted, done long after the close (R-AI-5, 7)."""

import pytest

from tests.world import World, declared, joined, said

INC = "INC-2026-0302-001"


@pytest.fixture
def policy() -> str:
    """One CFO, by handle."""
    return '[target.cfo]\nusers = ["@cfo"]'


def test_from_the_incident_over_the_review_to_done_after_the_close(world: World) -> None:
    """R-AI-5, R-AI-7, DR-2, DR-20: a line below the card for each step, nothing else in the channel."""
    ana, room = declared(world)
    alex = world.person("alex")
    assert f"`{INC}` has no follow-up. To add one: `/incident followup {INC} add" in said(
        world, ana, "followup"
    )
    answer = said(
        world, ana,
        'followup add Isolate analytics load owner=@alex due=2026-04-30 p=high budget=8000/month deps="db setup"',
    )  # fmt: skip
    assert (
        f"Follow-up 1 is added for <@{alex.id}>, due 30 Apr 2026, high priority, budget $8,000/month."
        in answer
    )
    assert "It needs an owner and a date first" in said(world, ana, "ai add Alert on pool use")
    assert "Open follow-ups: 2 (1 without owner or date) · `/incident followup`" in world.channel().card.words
    said(world, ana, "resolve all is well")
    said(world, ana, "close")
    refused = said(world, ana, "followup accept 2")
    assert f"Follow-up 2 of {INC} has no owner and no date yet, and needs both" in refused
    assert f"/incident followup {INC} accept 2 owner=me due=30d" in refused
    assert "Accepted: follow-up 1 of" in said(world, ana, "followup accept all")
    assert "Follow-up 2 is accepted: " in said(world, ana, f"followup {INC} accept 2 owner=me due=2w")
    listed = said(world, ana, "followups list")
    assert f"1. Isolate analytics load · open · <@{alex.id}> · due 30 Apr 2026 · high priority" in listed
    assert f"2. Alert on pool use · open · <@{ana.id}> · due 16 Mar 2026" in listed
    world.forward(days=20)
    assert "*overdue since 16 Mar 2026*" in said(world, ana, f"followup {INC}")
    answer = said(world, ana, f"followup done {INC} 2 alert is live")
    assert "Follow-up 2 is done. Its channel is archived, so nothing is said there." in answer
    assert "Follow-up 2 is done already" in said(world, ana, f"followup {INC} done 2")
    assert "Follow-up 1 is not done, and the reason is kept" in said(
        world, ana, f"followup {INC} drop 1 switched off in May"
    )
    assert [each.words for each in room.keyed("echo")] == [
        f"Follow-up 1 for <@{alex.id}>, due 30 Apr 2026: Isolate analytics load (by <@{ana.id}>)",
        f"Follow-up 2: Alert on pool use (by <@{ana.id}>) · *no owner, no date* yet",
        f"Accepted by <@{ana.id}>: follow-up 1",
        f"Follow-up 2 is accepted by <@{ana.id}>: Alert on pool use · <@{ana.id}> · due 16 Mar 2026",
    ]
    record = [each for each in world.bot.lookup.record(INC) if each.data.get("change") == "followup"]
    assert [each.data["step"] for each in record] == [
        "added",
        "added",
        "accepted",
        "accepted",
        "done",
        "dropped",
    ]
    assert record[-1].text.endswith("switched off in May")


def test_an_effort_needs_no_quotes(world: World) -> None:
    """R-AI-2: four engineer-weeks are no four dollars; a tenth more of them is fine, a hundredth above that is not."""
    ana, _ = declared(world)
    world.person("cfo")
    answer = said(world, ana, "followup add Shard the database budget=4 engineer-weeks due=30d @ana")
    assert f"Follow-up 1 is added for <@{ana.id}>, due 1 Apr 2026, budget 4 engineer-weeks." in answer
    assert "1. Shard the database · proposed" in said(world, ana, "followup list")
    said(world, ana, "followup accept 1")
    assert "no approval is needed" in said(world, ana, "followup forecast 1 4.4 engineer-weeks")
    assert "it waits for the CFO" in said(world, ana, "followup forecast 1 4.41 engineer-weeks")
    assert "4 engineer-weeks" in said(world, ana, "followup forecast 1 $500")
    assert "budget $4." in said(world, ana, "followup add Buy four engineers a lunch budget=4 @ana due=30d")


def test_a_budget_of_more_than_a_tenth_over_waits_for_the_cfo(world: World) -> None:
    """R-AI-2, acceptance F: $13,200 of $12,000 a month is fine, $13,201 asks the CFO, and nobody else may say yes."""
    ana, room = declared(world)
    ben, cfo = joined(world, "ben"), world.person("cfo")
    said(world, ana, "followup add Upgrade the database owner=@ben due=30d budget=$12,000/month")
    said(world, ana, "followup accept 1")
    answer = said(world, ben, "followup forecast 1 $13,200/month a larger machine")
    assert "is expected to cost $13,200/month; $12,000/month is approved, and no approval is needed" in answer
    assert "open" in said(world, ana, "followup list")
    answer = said(world, ben, "followup budget 1 13201/month because prices went up")
    assert "$13,201/month is 10.01 % over the approved $12,000/month" in answer
    assert "Who may approve it: @cfo." in answer
    assert "*awaiting CFO*" in said(world, ana, "followup")
    assert f"`/incident followup {INC} approve 1 budget`" in said(world, ana, "followup show 1")
    assert "is left to @cfo, and you are not among them" in said(world, ana, "followup approve 1")
    assert "was asked for already" in said(world, ben, "followup budget 1 13201/month")
    assert "still waits for approval" in said(world, ben, "followup done 1")
    assert "The change of the budget of follow-up 1 is approved. Its budget is $13,201/month." in said(
        world, cfo, f"followup {INC} approve 1 fine with me"
    )
    assert "No change of follow-up 1" in said(world, cfo, f"followup {INC} approve 1")
    shown = said(world, ana, "followup show 1")
    assert "*Budget:* $13,201/month" in shown
    assert f"$12,000/month → $13,201/month, by <@{ben.id}>" in shown
    assert f"approved by <@{cfo.id}>" in shown
    assert "fine with me" in room.keyed("echo")[-1].words
