"""A customer escalation: whose it is, its close after the customer's word (R-ESC-1), and drafts for customers."""

import re

import pytest

from bot.archive import Archive
from bot.domain.incident import Incident, Status
from bot.domain.parts import Audience
from bot.domain.replay import Stage, read
from bot.domain.replay_steps import Types, steps
from bot.sandbox import File, Person
from tests.world import Room, World, said

INC = "INC-2026-0302-001"
NOT_VERIFIED = f"{INC} is a customer escalation, and Globex has not verified that it is resolved."


def incident(world: World) -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(INC)
    assert found is not None
    return found


def files(room: Room) -> list[File]:
    return [file for message in room.channel.messages if not message.deleted for file in message.files]


def text(file: File) -> str:
    return (file.content or b"").decode()


@pytest.fixture
def globex(world: World, ana: Person) -> Person:
    """Ana in the channel of an incident that Globex escalated."""
    assert "Customer: Globex" in said(world, ana, "set customer Globex")
    assert "Customer's contact: Jo Doe, CTO" in said(world, ana, "set customer_contact Jo Doe, CTO")
    return ana


# The close


def test_it_is_closed_once_the_customer_has_verified_it(world: World, globex: Person) -> None:
    """R-ESC-1: refused with the next command, which leads on."""
    said(world, globex, "resolve routing is fixed")
    answer = said(world, globex, "close")
    assert NOT_VERIFIED in answer
    assert f"Next: `/incident customer {INC} verified`" in answer
    assert incident(world).status is Status.RESOLVED
    assert "Verified by the customer: 10:00:00 CET (09:00:00 UTC)" in said(world, globex, "set verified now")
    assert "is closed" in said(world, globex, "close")
    assert incident(world).status is Status.CLOSED
    assert world.channel().keyed("closed").words[0].startswith(f"*Closed* by <@{globex.id}>\n")


def test_the_button_is_refused_with_the_same_sentence(world: World, globex: Person) -> None:
    said(world, globex, "resolve routing is fixed")
    globex.clicks("Close")
    world.settle()
    told = [each.words for each in world.channel().channel.ephemerals if each.ephemeral_for == globex.id]
    assert NOT_VERIFIED in told[-1]
    assert incident(world).status is Status.RESOLVED


def test_it_is_closed_without_for_a_reason_that_stays_on_the_record(world: World, globex: Person) -> None:
    """R-ESC-1: the override."""
    said(world, globex, "resolve routing is fixed")
    answer = said(world, globex, "close --unverified")
    assert "Why is it closed although the customer has not verified it?" in answer
    assert f"Next: `/incident close {INC} --unverified the customer does not answer`" in answer
    assert "looks like --unverified" in said(world, globex, "close --unverifed they do not answer")
    said(world, globex, "close --unverified they do not answer")
    assert incident(world).status is Status.CLOSED
    told = "not verified by the customer: they do not answer"
    assert told in world.channel().keyed("closed").words[0]
    assert f"Closed, {told}" in said(world, globex, "timeline")


def test_both_exceptions_share_a_reason(world: World, globex: Person) -> None:
    said(world, globex, "resolve it was their own network")
    said(world, globex, "close --no-postmortem --unverified their network, they know")
    (told,) = world.channel().keyed("closed").words
    assert "no postmortem, not verified by the customer: their network, they know" in told
    assert files(world.channel()) == []


def test_card_and_status_say_whose_it_is_and_what_its_close_waits_for(world: World, globex: Person) -> None:
    """Nobody is to learn it from a refusal alone; outside its channel the customer is not named."""
    assert "Escalated by Globex\n" in world.channel().card.words
    assert "Escalated by Globex, contact: Jo Doe, CTO" in said(world, globex, "status")
    said(world, globex, "resolve routing is fixed")
    waits = "Escalated by Globex · not verified yet: `/incident customer verified`"
    assert waits in world.channel().card.words
    assert (
        "`/incident customer verified` once Globex has verified it"
        in world.channel().keyed("resolved").words[0]
    )
    assert "not verified yet: `/incident customer verified`" in said(world, globex, "status")
    globex.channel = world.slack.channel("general")
    assert f"not verified yet: `/incident customer {INC} verified`" in said(world, globex, f"status {INC}")
    globex.channel = world.channel().channel
    said(world, globex, "set verified now")
    assert waits not in world.channel().card.words
    assert "verified <!date" in said(world, globex, "status")
    outside = "\n".join(m.words for m in world.slack.channel("incidents").messages)
    assert "Globex" not in outside


def test_an_open_one_is_not_offered_what_would_be_refused(world: World, globex: Person) -> None:
    assert NOT_VERIFIED in said(world, globex, "close")
    said(world, globex, "close --unverified they do not answer")
    globex.clicks("Resolve and close")
    world.tick()
    assert incident(world).status is Status.CLOSED
    assert incident(world).resolution is None


def test_a_reopened_one_is_to_be_verified_again(world: World, globex: Person) -> None:
    said(world, globex, "resolve routing is fixed")
    said(world, globex, "set verified now")
    said(world, globex, "reopen timeouts are back")
    assert incident(world).verified_at is None
    world.forward(minutes=5)
    said(world, globex, "resolve routing is fixed again")
    assert NOT_VERIFIED in said(world, globex, "close")


def test_a_verification_before_the_start_is_refused(world: World, globex: Person) -> None:
    """MD-1."""
    world.forward(minutes=10)
    said(world, globex, "set impact_start -5m")
    assert "the customer's verification" in said(world, globex, "set verified -8m")
    assert incident(world).verified_at is None


def test_a_customer_set_by_mistake_is_taken_away_again(world: World, globex: Person) -> None:
    said(world, globex, "resolve it was ours")
    assert "Customer: none" in said(world, globex, "set customer none")
    assert incident(world).customer is None
    said(world, globex, "close")
    assert incident(world).status is Status.CLOSED


def test_undo_takes_the_last_field_back(world: World, globex: Person) -> None:
    said(world, globex, "set verified now")
    said(world, globex, "undo")
    assert incident(world).verified_at is None
    assert incident(world).customer == "Globex"


# The document


def test_its_document_is_the_escalation_whatever_the_severity(world: World, globex: Person) -> None:
    """PRODUCT 1.8."""
    said(world, globex, "resolve routing is fixed")
    said(world, globex, "set verified now")
    said(world, globex, "close")
    (file,) = files(world.channel())
    assert file.name == f"{INC}-escalation-draft-1.md"
    assert "- **Customer:** Globex\n" in text(file)
    assert "- **Customer Contact:** Jo Doe, CTO\n" in text(file)
    assert "format report" in said(world, globex, "postmortem draft format=report")


def test_it_is_the_same_after_an_export_and_an_import(world: World, globex: Person) -> None:
    said(world, globex, "resolve routing is fixed")
    said(world, globex, "set verified now")
    archive = Archive(world.bot.transactions)
    first = archive.export(INC)
    again = archive.import_replay(first, stage=Stage.FINAL)
    with world.bot.store.read() as tx:
        copy = tx.incident(again)
    assert copy is not None
    now = incident(world)
    assert (copy.customer, copy.customer_contact, copy.verified_at) == (
        "Globex",
        "Jo Doe, CTO",
        now.verified_at,
    )
    assert archive.export(again) == first
    said(world, globex, f"set {again} customer_contact none")
    assert "Jo Doe" not in archive.export(again), "taken away since the import"


# Drafts for customers


def test_a_draft_for_customers_comes_into_the_incidents_channel_for_its_people(
    world: World, ana: Person
) -> None:
    """Rule 9: the file says what it is, nobody is told alone, and what stayed inside is said."""
    ben = world.person("ben")
    said(world, ana, "lead @ben")
    said(world, ana, "set title API outage")
    said(world, ana, "set service checkout, like Ben wants it")
    before = len(world.dm(ben))
    assert "for customers, to be read over by you first" in said(
        world, ana, "postmortem draft audience=external"
    )
    (file,) = files(world.channel())
    assert file.name == f"{INC}-external-draft-1.md"
    (told,) = world.channel().keyed("draft").words
    assert "*Draft for customers*" in told
    assert "Nobody outside has it." in told
    assert "“like Ben wants it” is left out, because it names a person." in told
    assert "It says “outage”, as recorded" in told
    listed = re.search(r"Still to be written: (\d+)", told)
    assert listed is not None
    assert int(listed[1]) == text(file).count("_[to write: ")
    assert "Ben" not in text(file)
    assert len(world.dm(ben)) == before


def test_both_drafts_come_where_both_were_asked_for_at_once(world: World, ana: Person) -> None:
    """AD-1: the close owes the internal one, whoever asks for another meanwhile."""
    said(world, ana, "resolve over")
    ana.commands("/incident close")
    ana.commands("/incident postmortem draft audience=external")
    ana.commands("/incident postmortem draft audience=external")
    world.tick()
    names = [file.name for file in files(world.channel())]
    assert names == [f"{INC}-full-draft-1.md", f"{INC}-external-draft-2.md"]
    said(world, ana, "postmortem draft")
    assert [file.name for file in files(world.channel())][2:] == [f"{INC}-full-draft-3.md"]


def test_a_draft_for_customers_leaves_the_format_that_was_asked_for_alone(world: World, ana: Person) -> None:
    """It is one document whatever the format: what the team chose for its own stays chosen."""
    ana.commands("/incident postmortem draft format=sre")
    ana.commands("/incident postmortem draft audience=external format=classic")
    world.tick()
    names = [file.name for file in files(world.channel())]
    assert names == [f"{INC}-sre-draft-1.md", f"{INC}-external-draft-2.md"]
    said(world, ana, "postmortem draft audience=external")
    assert incident(world).draft_format == "sre"


def test_what_became_private_meanwhile_has_no_draft_for_customers(world: World, ana: Person) -> None:
    """DR-28: also where it was asked for before."""
    world.expects_errors("name_taken")
    ana.commands("/incident postmortem draft audience=external")
    with world.bot.store.begin() as tx:
        found = tx.incident(INC)
        assert found is not None
        assert found.draft_audience is Audience.EXTERNAL
    said(world, ana, "private")
    world.tick()
    names = [file.name for c in world.slack.channels for m in c.messages for file in m.files]
    assert names == [f"{INC}-full-draft-1.md"], "its own people get theirs"
    assert world.channel().keyed("trouble") == []


def test_a_close_makes_the_internal_draft_also_after_one_for_customers(world: World, ana: Person) -> None:
    """AD-1."""
    said(world, ana, "postmortem draft audience=external")
    said(world, ana, "resolve over")
    said(world, ana, "close")
    names = [file.name for file in files(world.channel())]
    assert names == [f"{INC}-external-draft-1.md", f"{INC}-full-draft-2.md"]


@pytest.mark.parametrize(
    ("flag", "words"),
    [("--drill", "is a drill, and nothing of a drill"), ("--private", "is private, and no draft")],
)
def test_nothing_of_a_drill_or_a_private_incident_is_drafted_for_customers(
    world: World, flag: str, words: str
) -> None:
    """R-DRL-2, DR-28."""
    ana = world.person("ana")
    ana.commands(f"/incident declare sev2 salaries {flag}")
    ana.channel = world.channel().channel
    answer = said(world, ana, "postmortem draft audience=external")
    assert words in answer
    assert f"Next: `/incident postmortem {INC} draft`" in answer
    assert files(world.channel()) == []


def test_an_audience_that_is_none_is_refused(world: World, ana: Person) -> None:
    """DR-16."""
    answer = said(world, ana, "postmortem draft audience=press")
    assert "'press' is no audience. Write internal, or external for customers." in answer
    assert "audience=external" in answer


def test_a_customer_escalation_of_ours_is_played_again_as_it_was(world: World, globex: Person) -> None:
    """Its close goes through on another day: with the verification, or with the reason that was typed."""
    said(world, globex, "resolve routing is fixed")
    said(world, globex, "close --no-postmortem --unverified they do not answer")
    told = read(Archive(world.bot.transactions).export(INC))
    typed = [step.action.command for step in steps(told) if isinstance(step.action, Types)]
    assert "/incident set customer Globex" in typed
    assert typed[-1] == "/incident close --no-postmortem --unverified they do not answer"
    said(world, globex, "reopen they answer")
    said(world, globex, "resolve it is over")
    said(world, globex, "set verified now")
    said(world, globex, "close thank you")
    told = read(Archive(world.bot.transactions).export(INC))
    typed = [step.action.command for step in steps(told) if isinstance(step.action, Types)]
    assert any(command.startswith("/incident set verified 2026-03-02T") for command in typed)
    assert typed[-1] == "/incident close thank you"
