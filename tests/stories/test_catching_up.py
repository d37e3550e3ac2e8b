"""What was said while no bot ran is in the log a minute after its return (RELIABILITY section 2, "Back-fill")."""

from tests.catching_up import in_log, in_slack, log, meanwhile, outage, talked
from tests.world import World, declared


def test_all_that_people_did_while_no_bot_ran_is_in_the_log(world: World) -> None:
    ana, _ = declared(world)
    before = talked(world, ana)
    with outage(world):
        meanwhile(world, ana, before)
    assert in_log(world) == in_slack(world)
    gone = {entry.ts for entry in log(world) if entry.deleted_at is not None}
    assert gone == {before["deleted"], before["answer gone"]}
    assert "errors, to be edited" in str([e.versions for e in log(world) if e.ts == before["edited"]])
