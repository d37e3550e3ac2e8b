"""Follow-ups as people see them: added in the incident, accepted, done long after the close (R-AI-5, 7)."""

from tests.world import World, declared, said

INC = "INC-2026-0302-001"


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
        f"Follow-up 1 is accepted by <@{ana.id}>: Isolate analytics load · <@{alex.id}> · due 30 Apr 2026",
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
