"""Follow-ups around an incident: from other channels, private ones, merges, undo, second clicks, two at once."""

from bot.domain.policy_file import read_policy
from bot.settings import DEFAULT_POLICY
from tests.followups import spoken
from tests.reviews import labels
from tests.world import World, at_once, declared, joined, said

INC = "INC-2026-0302-001"
FULL = "followup add Isolate the load owner=@ben due=30d"


def test_from_any_channel_with_the_reference_first_or_behind_the_step(world: World) -> None:
    ana, _ = declared(world)
    ben = joined(world, "ben")
    said(world, ana, FULL)
    ben.channel = world.slack.channel("general")
    assert "No open follow-up is yours" in said(world, world.person("cem"), "followup")
    mine = said(world, ben, "followup")
    assert f"Your open follow-ups:\n\n`{INC}`\n1. Isolate the load · proposed" in mine
    for line in (f"followup {INC} accept 1", f"followup start {INC} 1", f"followup {INC} show 1"):
        assert "Next:" not in said(world, ben, line), line
    assert "1. Isolate the load · in progress" in said(world, ben, f"followups {INC}")
    assert "Follow-up 1 has high priority." in said(world, ben, f"ai priority {INC} #1 high")


NO = (
    ("followup add x due=2026-02-30", "'2026-02-30' is not a day"),
    ("followup add x due=2026-02-01", "1 Feb 2026 is past: today is 2 Mar 2026"),
    ("followup add x budget=10k-15k", "'10k-15k' is a range"),
    ("followup add x budget=cheap", "'cheap' is not a budget"),
    ("followup add x p=urgent", "'urgent' is no priority. Write high, medium or low."),
    ("followup add x owner=@sre", "owned by one person, not by a team: '@sre' is none"),
    ("followup add x owner=@tocsin", "is a bot or a deactivated account"),
    ("followup accept", "Which follow-up? Write its number."),
    ("followup done 9", f"{INC} has no follow-up 9."),
    ("followup drop 1", "Why is follow-up 1 not done?"),
    ("followup block 1", "What blocks follow-up 1?"),
    ("followup due 1", "When is follow-up 1 due?"),
    ("followup due 1 03/04", "could be several days"),
    ("followup due 1 60d", "Why is follow-up 1 due later than 1 Apr 2026?"),
    ("followup owner 1", "Who should see to follow-up 1?"),
    ("followup budget 1", "How much is it?"),
    ("followup forecast 1 $5", "has no budget that a forecast could be compared with"),
    ("followup scope 1 more", "needs a reason and an approval"),
    ("followup approve 1", "No change of follow-up 1"),
    ("followup reopen 1", "is not over: it is open"),
    ("followup 1 done", "Next: `/incident followup done 1`"),
    ("followup finish 1", "is nothing that can be done with follow-ups"),
)


def test_what_cannot_be_done_is_one_sentence_with_the_way_on(world: World) -> None:
    """DR-16."""
    ana, room = declared(world)
    joined(world, "ben")
    world.slack.add_group("sre", [ana.id])
    world.bot.directory.refresh()
    world.settle()
    said(world, ana, FULL)
    said(world, ana, "followup accept 1")
    echoes = len(room.keyed("echo"))
    for line, sentence in NO:
        assert sentence in said(world, ana, line), line
    assert len(room.keyed("echo")) == echoes


def test_criteria_are_read_before_it_is_done_and_a_second_click_changes_nothing(world: World) -> None:
    """R-AI-8."""
    ana, room = declared(world)
    joined(world, "ben")
    said(world, ana, f'{FULL} criteria="p95 below 300 ms"')
    said(world, ana, "followup accept 1")
    asked = ana.commands("/incident followup done 1 replicas are live")
    assert "does this hold?" in asked.text
    assert "> p95 below 300 ms" in asked.text
    assert room.keyed("echo").words[-1].startswith("Follow-up 1 is accepted")
    said(world, ana, "followup criteria 1 p99 below 300 ms")
    ana.clicks("Yes, done")
    world.settle()
    assert "open" in said(world, ana, "followup show 1")
    ana.commands("/incident followup done 1 replicas are live")
    ana.clicks("Yes, done")
    ana.clicks("Yes, done")
    world.settle()
    assert (
        room.keyed("echo").words[-1]
        == f"Follow-up 1 is done, says <@{ana.id}>: Isolate the load. replicas are live"
    )
    assert "Follow-up 1 is done already" in said(world, ana, "followup done 1 confirmed")


def test_undo_takes_one_step_back_and_the_number_is_not_given_again(world: World) -> None:
    ana, room = declared(world)
    joined(world, "ben")
    said(world, ana, FULL)
    said(world, ana, "followup accept 1")
    assert "Taken back" in said(world, ana, "undo")
    assert "proposed" in said(world, ana, "followup")
    added, accepted = said(world, ana, "followup show 1").splitlines()[-2:]
    assert "taken back" not in added
    assert "accepted" in accepted
    assert accepted.endswith("· *taken back*")
    said(world, ana, "followup add a slip of the hand")
    said(world, ana, "undo")
    assert "slip" not in said(world, ana, "followup")
    said(world, ana, "followup add another")
    assert "3. another" in said(world, ana, "followup")
    assert f"Follow-up 3 is accepted: <@{ana.id}>, due 16 Mar 2026." in said(
        world, ana, "followup accept 3 me 2w"
    )
    answer = said(world, ana, "followup scope 3 another one because it is")
    assert "You cannot approve it yourself: make somebody else the owner of the postmortem" in answer
    assert "so somebody else approves it: another commander or owner" in said(
        world, ana, "followup approve 3"
    )
    assert "'2' is not a day" in said(world, ana, "followup accept 1 2")
    assert room.keyed("echo")[-1].thread_ts == room.card.ts


def test_a_private_incidents_follow_ups_are_its_members_alone(world: World) -> None:
    """DR-28: whoever is given one is let in; others do not learn that there is anything."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 a leak --private")
    world.settle()
    room = world.channel()
    ana.channel = room.channel
    ben, cem = world.person("ben"), world.person("cem")
    said(world, ana, FULL)
    assert ben.id in room.channel.members
    assert "1. Isolate the load" in said(world, ben, "followup")
    for line in (f"followup {INC} list", f"followup {INC} done 1", f"followup add {INC} x"):
        assert "There is no incident" in said(world, cem, line), line
    assert "No open follow-up is yours" in said(world, cem, "followup list mine")


def test_a_target_reads_no_word_of_a_private_one_also_when_a_newer_message_comes(world: World) -> None:
    """DR-28: reference and link alone, in the message that gives way to the next one too."""
    world.policy = read_policy(DEFAULT_POLICY.read_text(), '[target.cfo]\nusers = ["@cfo"]\n')
    cfo = world.person("cfo")
    world.restart()
    ana = world.person("ana")
    ana.commands("/incident declare sev4 a leak --private")
    ana.channel = world.channel().channel
    said(world, ana, "followup add Isolate the load owner=me due=60d budget=100")
    said(world, ana, "followup accept 1")
    said(world, ana, "followup forecast 1 200 the vendor wants more")
    world.forward(days=8)
    first, second = spoken(world.dm(cfo), "budget")
    assert "There is a newer message" in first.words
    for told in (first.words, second.words):
        assert INC in told
        assert not any(word in told for word in ("a leak", "Isolate", "200", "vendor"))


def test_what_a_target_read_before_an_incident_went_private_is_hidden(world: World) -> None:
    """DR-28: their message says no more than reference and link from then on."""
    world.policy = read_policy(DEFAULT_POLICY.read_text(), '[target.cfo]\nusers = ["@cfo"]\n')
    cfo = world.person("cfo")
    world.restart()
    ana, _ = declared(world, "sev4")
    said(world, ana, "followup add Isolate the load owner=me due=60d budget=100")
    said(world, ana, "followup accept 1")
    said(world, ana, "followup forecast 1 200 the vendor wants more")
    assert "Isolate" in spoken(world.dm(cfo), "budget")[0].words
    world.expects_errors("name_taken")
    said(world, ana, "private")
    (told,) = spoken(world.dm(cfo), "budget")
    assert f"`{INC}`, which is private" in told.words
    assert not any(word in told.words for word in ("checkout", "Isolate", "200", "vendor"))


def test_of_a_false_alarm_nobody_is_asked_any_more(world: World) -> None:
    """DR-1: what was asked loses its buttons with the cancel, and has them again after a reopening."""
    ana, _ = declared(world, "sev4")
    ben = joined(world, "ben")
    said(world, ana, "followup add one @ben due=2026-03-05")
    said(world, ana, "followup accept 1")
    world.forward(days=1)
    (told,) = spoken(world.dm(ben), "due")
    assert "Done" in labels(told)
    said(world, ana, "cancel a test")
    (told,) = spoken(world.dm(ben), "due")
    assert "1. one: its incident is cancelled" in told.words
    assert labels(told) == []
    said(world, ana, "reopen it was none")
    assert "Done" in labels(spoken(world.dm(ben), "due")[0])


def test_open_ones_go_on_where_the_incident_is_merged_into(world: World) -> None:
    ana, _ = declared(world)
    joined(world, "ben")
    said(world, ana, FULL)
    said(world, ana, "followup add Alert on pool use")
    said(world, ana, "followup drop 2 the vendor does it")
    other, room = declared(world, "sev2", "dora")
    said(world, other, f"merge {INC} into INC-2026-0302-002 the same")
    assert "Its open follow-ups (1) go on here" in "\n".join(room.messages.words)
    assert "1. Isolate the load · proposed" in said(world, other, "followup")
    answer = said(world, ana, f"followup {INC} accept 1")
    assert "INC-2026-0302-002" in answer
    assert "2. not doing: Alert on pool use" in said(world, ana, f"followup {INC} list")
    said(world, other, "cancel a test after all")
    assert "1. Isolate the load" in said(world, other, "followup INC-2026-0302-002 list")
    assert "so 'followup' is not possible now" in said(world, other, "followup INC-2026-0302-002 add x")


def test_two_who_say_the_same_at_once_and_a_delivery_that_comes_again_do_it_once(world: World) -> None:
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, FULL)
    said(world, ana, "followup accept 1")
    at_once(
        [lambda: ana.commands("/incident followup done 1"), lambda: ben.commands("/incident followup done 1")]
    )
    world.settle()
    assert sum("is done" in words for words in room.keyed("echo").words) == 1


def test_undo_says_nothing_in_an_archived_channel(world: World) -> None:
    """Whoever takes it back is answered; Slack is not asked for what it refuses."""
    ana, _ = declared(world, "sev4")
    said(world, ana, "followup add one owner=me due=2026-04-10")
    said(world, ana, "followup accept 1")
    said(world, ana, "resolve over")
    said(world, ana, "close --no-postmortem small")
    world.forward(days=8)
    said(world, ana, f"followup {INC} block 1 vendor")
    assert "Taken back: Follow-up 1 blocked: one" in said(world, ana, "undo")
