"""Briefs and the mail to customers: facts of the record, prompts, reminder, flag, outreach (R-CUS, R-SLA)."""

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.world import Room, World, changed, declared, in_channel, said

POLICY = """
[organisation]
name = "TechFlow"
timezone = "America/Los_Angeles"
[channels]
status = "status"
[customers]
signatory = "David Park"
signatory_title = "Chief Executive Officer"
[sla]
legal = ["@lena"]
finance = ["@finn"]
"""


@pytest.fixture
def policy() -> str:
    return POLICY


def overdue(room: Room) -> list[str]:
    return room.keyed("mail-overdue").words


def whole(person: Person) -> str:
    """All that the last answer shows, section by section."""
    answer = person.hears()[-1]
    shown = [block["text"]["text"] for block in answer.blocks if block["type"] == "section"]
    return "\n".join(shown) or answer.text


# The executive briefing


def test_the_executive_briefing_has_the_seeds_parts_filled_from_the_record(
    world: World, status: Room
) -> None:
    """Seed 001, appendix C."""
    ana, _ = declared(world)
    for line in (
        "set impact_start 08:50 UTC", "set root_cause The pool was sized for half the load",
        "impact customers=1,847 pct=100 tickets=289 revenue=$150K", "update identified --external",
    ):  # fmt: skip
        said(world, ana, line)
    world.forward(minutes=107)
    said(world, ana, "resolve The pool is larger")
    brief = said(world, ana, "brief exec")
    for each in (
        "INCIDENT EXECUTIVE BRIEFING", "Incident: checkout is down, March 2, 2026",
        "Duration: 1 h 57 min (00:50 - 02:47 PST)", "Impact: 100 % of customers affected",
        "Root Cause: The pool was sized for half the load", "BUSINESS IMPACT",
        "Customers Affected: 1,847 (100 %)", "Support Tickets: 289",
        "Escalations: executives (to be told by hand since 01:30 PST)",
        "RESOLUTION STATUS: COMPLETE", "- The pool is larger", "Updates for customers: 1, the first at 01:00",
        "NEXT STEPS", "Postmortem due March 4, 2026",
    ):  # fmt: skip
        assert each in brief
    assert brief.count("[to write:") == 1, "the next steps alone"


def test_amounts_are_withheld_until_both_sides_approve(world: World, status: Room) -> None:
    """R-SLA-1, and PRODUCT 2.2: brief, amounts redacted until approved."""
    ana, room = declared(world)
    said(world, ana, "impact revenue=150K")
    said(world, ana, "set root_cause We paid $9,000 too little")
    brief = said(world, ana, "brief exec")
    assert "Revenue at Risk: [amount withheld]" in brief
    assert "We paid [amount withheld] too little" in brief
    for name, side in (("lena", "legal"), ("finn", "finance")):
        person = world.person(name)
        person.channel = room.channel
        said(world, person, f"sla approve {side}")
    brief = said(world, ana, "brief exec")
    assert "Revenue at Risk: 150K" in brief
    assert "We paid $9,000 too little" in brief


def test_what_is_missing_is_asked_for_with_the_command_that_records_it(world: World, status: Room) -> None:
    """R-FMT-2: no guesses."""
    ana, _ = declared(world)
    brief = said(world, ana, "brief exec")
    for each in (
        "_[to write: root cause]_ `/incident set root_cause …`",
        "_[to write: revenue at risk]_ `/incident impact revenue=…`",
        "_[to write: customers affected]_ `/incident impact customers=…`",
        "_[to write: support tickets]_ `/incident impact tickets=…`",
        "RESOLUTION STATUS: IN PROGRESS (investigating)", "Next status update at 01:15", "so far",
        "No update for customers was published",
    ):  # fmt: skip
        assert each in brief


def test_a_brief_is_shown_to_whoever_asks_alone(world: World, status: Room) -> None:
    ana, room = declared(world)
    before = len(room.messages)
    ana.commands("/incident brief exec")
    world.settle()
    assert len(room.messages) == before
    assert "EXECUTIVE BRIEFING" in ana.hears()[-1].words
    assert "EXECUTIVE BRIEFING" not in "\n".join(m.words for m in world.person("ben").hears(room.channel))


def test_a_long_brief_arrives_as_a_whole(world: World, status: Room) -> None:
    ana, _ = declared(world)
    said(world, ana, "set root_cause " + "word " * 1_500)
    for n in range(12):
        said(world, ana, f"set service {', '.join(f'service number {each}' for each in range(n, n + 60))}")
    ana.commands("/incident brief exec")
    shown = whole(ana)
    assert shown.startswith("*INCIDENT EXECUTIVE BRIEFING*")
    assert shown.rstrip().endswith("For you alone.")
    assert "word…" in shown
    ana.commands(f"/incident brief customer {'N' * 3_000}")
    shown = whole(ana)
    assert shown.startswith("Subject: TechFlow")
    assert "N" * 2_900 in shown.replace("\n", "")
    assert "service number 70" in shown
    assert "David Park" in shown


class TestEscalated:
    @pytest.fixture
    def policy(self) -> str:
        return POLICY + '[target.executives]\nchannel = "exec-updates"\n'

    def test_the_briefing_names_who_was_told_and_when(self, world: World, status: Room) -> None:
        world.slack.add_channel("exec-updates", bot=True)
        ana, _ = declared(world)
        said(world, ana, "escalate execs")
        said(world, ana, "escalate skip board not needed")
        assert "Escalations: executives (01:00 PST)\n" in said(world, ana, "brief exec")


# The mail to a customer


def test_the_mail_holds_what_was_published_and_no_names_of_ours(world: World, status: Room) -> None:
    """Seed 001, the enterprise mail: only facts that may leave."""
    ana, _ = declared(world)
    world.person("ben")
    for line in (
        "set impact_start 08:50 UTC", "set service Checkout, Pay", "impact data_loss=none customers=2",
        "set root_cause @ben forgot the pool of Acme", "set summary Acme and Globex were hit",
        "update identified --external",
    ):  # fmt: skip
        said(world, ana, line)
    world.forward(minutes=107)
    said(world, ana, "update resolved --external")
    mail = said(world, ana, "brief customer RetailMax &amp; Co")
    for each in (
        "Subject: TechFlow: service restored", "Dear RetailMax", "It began at 00:50 and was over at 02:47 PST",
        "Services affected: Checkout, Pay.", "_[to write: the cause, in words for customers]_",
        "- All services have been fully restored.", "Total downtime: 1 hour 57 minutes",
        "Data integrity: No data was lost", "SLA credit: _[to write, once legal and finance have approved]_",
        "WHAT HAPPENED", "IMMEDIATE ACTIONS TAKEN", "IMPACT TO YOUR ACCOUNT", "PREVENTION MEASURES",
        "Your Customer Success Manager will reach out to you within 24 hours.", "I am sorry", "Best regards,",
        "David Park", "Chief Executive Officer",
    ):  # fmt: skip
        assert each in mail, each
    written = mail.partition("For you alone")[0]
    for secret in ("forgot", "Acme", "Globex", "Ana", "Ben", "ben", "INC-", "checkout is down"):
        assert secret not in written, secret


def test_while_it_goes_on_the_mail_says_in_which_zone_it_began(world: World, status: Room) -> None:
    """DR-6: behind the end stands no zone yet, and in the night of a change it is another one."""
    ana, _ = declared(world)
    said(world, ana, "set impact_start 08:50 UTC")
    assert "It began at 00:50 PST and was over at _[to write" in said(world, ana, "brief customer Acme")


def test_the_mail_asks_for_what_it_may_not_or_cannot_say(world: World, status: Room) -> None:
    ana, _ = declared(world)
    mail = said(world, ana, "brief customer")
    for each in (
        "Dear _[to write: name of the customer]_ `/incident brief customer NAME`",
        "_[to write: the cause, in words for customers]_ `/incident update identified … --external`",
        "_[to write: whether data was lost]_ `/incident impact data_loss=none`",
        "is still investigating: the mail goes out once it is resolved",
    ):  # fmt: skip
        assert each in mail
    assert "this one says “$50”" in said(world, ana, "brief customer Acme $50")


@pytest.mark.parametrize("name", ["<!channel>", "{{7*7}}", "*Bold* & <b>", "@ben"])
def test_hostile_names_stay_text(world: World, status: Room, name: str) -> None:
    """RELIABILITY S3, S4."""
    world.person("ben")
    ana, _ = declared(world)
    said(world, ana, f"brief customer {name}")
    shown = whole(ana)
    for active in ("<!", "<b>", "<@", "49"):
        assert active not in shown


@pytest.mark.parametrize("line", ["brief what", "brief board"])
def test_an_unknown_brief_gets_the_list(world: World, status: Room, line: str) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, line)
    assert "is not a brief. Write exec, customer and a name, or sent" in answer
    assert "Next: `/incident brief exec`" in answer


# The reminder and the flag


def resolved(world: World, severity: str = "sev1") -> tuple[Person, Person, Room]:
    """An incident with a comms lead, resolved after ten minutes."""
    ana, room = declared(world, severity)
    lisa = world.person("lisa")
    said(world, ana, "comms @lisa")
    world.forward(minutes=10)
    said(world, ana, "resolve done")
    return ana, lisa, room


def mails(world: World, person: Person) -> list[str]:
    return [words for words in world.dm(person).words if "mail to the affected customers" in words]


def test_the_comms_lead_is_reminded_after_an_hour_and_a_half_and_the_flag_stands_after_two(
    world: World, status: Room
) -> None:
    """R-CUS-1."""
    ana, lisa, room = resolved(world)
    world.forward(minutes=90, seconds=-1)
    assert mails(world, lisa) == []
    world.forward(seconds=1)
    (reminder,) = mails(world, lisa)
    assert "/incident brief customer NAME" in reminder
    assert "/incident brief sent" in reminder
    assert mails(world, ana) == []
    assert "Mail to customers due" in said(world, ana, "status")
    assert "overdue" not in room.card.words
    world.forward(minutes=30, seconds=-1)
    assert overdue(room) == []
    world.forward(seconds=1)
    assert [words.startswith(f"*Mail to customers overdue*, <@{lisa.id}>") for words in overdue(room)] == [
        True
    ]
    assert "*Mail to customers overdue*" in room.card.words
    assert "Mail to customers *overdue*" in said(world, ana, "status")
    world.forward(days=2)
    assert len(overdue(room)) == 1
    assert len(mails(world, lisa)) == 1


def test_brief_sent_stops_reminders_and_plans_the_outreach(world: World, status: Room) -> None:
    """R-CUS-1, R-CUS-2: customer success reaches out within 24 hours of the mail."""
    ana, lisa, room = resolved(world)
    world.forward(minutes=60)
    told = world.clock.now()
    assert "Recorded: the mail to customers is sent." in said(world, ana, "brief sent to RetailMax")
    assert "The mail to customers is sent (to RetailMax)" in in_channel(world)
    (task,) = world.bot.lookup.find(None, room.id).tasks
    assert (task.n, task.text) == (1, "Customer success reaches out to the affected customers")
    assert (task.owner, task.due_at) == (lisa.id, told + timedelta(hours=24))
    world.forward(hours=5)
    assert mails(world, lisa) == []
    assert overdue(room) == []
    assert "Mail to customers sent: to RetailMax" in said(world, ana, "timeline")
    assert "That was recorded already" in said(world, ana, "brief sent once more")
    assert len(world.bot.lookup.find(None, room.id).tasks) == 1


def test_the_flag_goes_when_it_is_told_late(world: World, status: Room) -> None:
    ana, _, room = resolved(world)
    world.forward(hours=3)
    assert "*Mail to customers overdue*" in room.card.words
    said(world, ana, "brief customer Acme")
    ana.clicks("Mark as sent")
    world.settle()
    assert "overdue" not in room.card.words
    assert "The mail to customers is sent (Acme)" in in_channel(world)


def test_the_mail_is_no_status_update_for_customers(world: World, status: Room) -> None:
    """R-MET-10 counts updates, not the mail."""
    ana, _, _ = resolved(world)
    said(world, ana, "brief sent")
    assert world.bot.lookup.find(None, world.channel().id).first_external_at is None
    said(world, ana, "close")
    (file,) = [f for m in world.channel().channel.messages for f in m.files]
    assert "First external update (from start of impact)" in (file.content or b"").decode()


def test_a_mail_is_told_of_after_the_end(world: World, status: Room) -> None:
    ana, _ = declared(world)
    answer = said(world, ana, "brief sent")
    assert "the mail to customers says how it ended" in answer
    assert "Next: `/incident resolve INC-2026-0302-001`" in answer


def test_a_reopen_begins_anew(world: World, status: Room) -> None:
    """R-CUS-1: after the next resolve customers are owed a mail again."""
    ana, lisa, room = resolved(world)
    world.forward(hours=1)
    said(world, ana, "brief sent")
    said(world, ana, "reopen")
    world.forward(hours=4)
    assert mails(world, lisa) == []
    said(world, ana, "resolve again")
    world.forward(minutes=90)
    assert len(mails(world, lisa)) == 1
    assert overdue(room) == []


def test_a_close_does_not_forget_the_mail(world: World, status: Room) -> None:
    ana, lisa, room = resolved(world)
    said(world, ana, "close")
    world.forward(hours=2)
    assert len(mails(world, lisa)) == 1
    assert len(overdue(room)) == 1


def test_a_restart_says_nothing_twice_and_forgets_nothing(world: World, status: Room) -> None:
    """DR-24: after a downtime the flag alone, not the reminder and the flag."""
    _, lisa, room = resolved(world)
    world.restart(after=timedelta(hours=3))
    world.restart()
    assert mails(world, lisa) == []
    assert len(overdue(room)) == 1


@pytest.mark.parametrize("severity", ["sev2", "sev3", "sev4"])
def test_where_the_policy_wants_no_mail_nobody_is_reminded(world: World, status: Room, severity: str) -> None:
    _, lisa, room = resolved(world, severity)
    world.forward(hours=3)
    assert mails(world, lisa) == []
    assert overdue(room) == []


@pytest.mark.parametrize("field", ["drill", "backfilled"])
def test_drills_and_backfilled_incidents_owe_no_mail(world: World, status: Room, field: str) -> None:
    ana, room = declared(world)
    changed(world, **{field: True})
    said(world, ana, "resolve done")
    world.forward(hours=3)
    assert mails(world, ana) == []
    assert overdue(room) == []
