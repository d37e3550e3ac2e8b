"""Customer escalations as records of their own: ``CE1001``, alone and tied to an incident (PRODUCT 3.0)."""

import re
from dataclasses import replace

import pytest

from bot.archive import Archive
from bot.domain.followup import State
from bot.domain.incident import Incident, Status
from bot.domain.replay import Stage, read
from bot.domain.replay_steps import Types, steps
from bot.sandbox import Person
from tests.world import Room, World, joined, said

ACME = 'customer add "Acme Corp" slow queries since noon p=high contact="Jo Doe, Head of IT"'
INC = "INC-2026-0302-001"


def record(world: World, ref: str = "CE1001") -> Incident:
    with world.bot.store.read() as tx:
        found = tx.incident(ref)
    assert found is not None
    return found


def room(world: World, begins: str = "ce1001") -> Room:
    world.settle()
    (found,) = [channel for channel in world.slack.channels if channel.name.startswith(begins)]
    return Room(world, found)


def words(world: World, begins: str = "ce1001") -> str:
    return "\n".join(room(world, begins).messages.words)


def draft(world: World, begins: str = "ce1001") -> str:
    files = [file for message in room(world, begins).channel.messages for file in message.files]
    return (files[-1].content or b"").decode()


@pytest.fixture
def csm(world: World) -> Person:
    """Cleo, customer success manager, who stands in a channel that is no incident's."""
    return world.person("cleo")


def there(world: World, person: Person, begins: str = "ce1001") -> Person:
    """*person*, gone to that channel."""
    person.channel = room(world, begins).channel
    return person


# Alone


def test_one_goes_from_its_opening_to_its_verified_close_with_its_document(world: World, csm: Person) -> None:
    """PRODUCT 3.0, R-ESC-1, R-ESC-2, and section 7 E: dates only, three horizons, refused without verification."""
    dev = world.person("dev")
    answer = said(world, csm, f"{ACME} engineer=@dev")
    assert "Opened `CE1001` for *Acme Corp*, priority high — updates every 1 d in working hours." in answer
    there(world, csm)
    assert room(world).name == "ce1001-acme-corp"
    card = room(world).card.words
    assert card.startswith("*CE1001* · Acme Corp: slow queries since noon\n")
    assert f"Owner: <@{csm.id}> · assigned engineer: <@{dev.id}>" in card
    assert "not escalated yet" in card
    assert world.channel("incidents").messages == [], "it is announced where the policy says, else nowhere"

    world.forward(days=1)
    assert room(world).nudges[-1].startswith("A status update is due")
    assert "Escalated to level 2" in said(world, csm, "escalate level=2 their CTO called") + words(world)
    assert "· level 2" in room(world).card.words
    said(world, csm, "update identified an index is missing")
    for horizon, text in (("4h", "add the index"), ("24h", "warm the caches"), ("7d", "review all indexes")):
        said(world, csm, f"followup add {text} owner=@dev due=2026-03-20 horizon={horizon}")
    said(world, csm, "set summary Reports of Acme took minutes since noon.")
    world.forward(days=1)
    said(world, csm, "resolve the index is there")
    told = room(world).keyed("resolved")[-1]
    assert "`/incident customer verified` once Acme Corp has verified it" in told.words
    (watch,) = [each for each in record(world).followups if each.text == "Monitor for a week"]
    assert (watch.owner, f"{watch.due_on}", watch.state) == (dev.id, "2026-03-11", State.OPEN)

    assert "Acme Corp has not verified that it is resolved" in said(world, csm, "close")
    csm.clicks("Customer verified", message=told.ts)
    world.settle()
    assert record(world).verified_at is not None
    world.forward(days=1)
    assert "What did the customer say?" in said(world, csm, "close")
    assert record(world).status is Status.CLOSED
    said(world, csm, "postmortem add sentiment satisfied and confident")
    said(world, csm, "postmortem draft")

    text = draft(world)
    assert text.splitlines()[:1] == ["# CE1001 - Customer Escalation Summary"]
    for line in (
        "- **Customer:** Acme Corp", "- **Priority:** High (P1)", "- **Status:** Closed", "- **Created:** 2026-03-02",
        "- **Escalated:** 2026-03-03 (about 1 day after creation)", "- **Escalation Level:** Level 2",
        "- **Customer Contact:** Jo Doe, Head of IT", "- **Case Owner:** Cleo", "- satisfied and confident",
        "**Immediate (0-4 hours)**", "**Short-term (4-24 hours)**", "**Long-term (1-7 days)**",
    ):  # fmt: skip
        assert line in text, line
    assert "slow queries since noon" in text.split("## Issue Description")[1]
    assert re.search(r"- \*\*Resolved:\*\* 2026-03-04 \(about 2 days after creation", text)
    assert "Monitor for a week" in text.split("## Next Steps")[1].split("##")[0]
    assert not re.search(r"\d:\d\d", text.split("## Timeline")[0]), "dates only"


def test_its_close_by_button_asks_what_the_customer_said(world: World, csm: Person) -> None:
    """PRODUCT 3.0, row 13."""
    said(world, csm, ACME)
    there(world, csm)
    said(world, csm, "resolve the index is there")
    csm.clicks("Close", message=room(world).card.ts)
    refused = csm.submits({"said": "patient all along\n- wants a call", "mood": "Satisfied"})
    assert "has not verified" in refused.errors["done"]
    csm.submits({"done": ["verified"]})
    world.tick()
    now = record(world)
    assert now.status is Status.CLOSED
    assert now.verified_at is not None
    told = [item["text"] for item in now.facts["customer_feedback"]]
    assert told == ["patient all along", "wants a call", "Overall sentiment: Satisfied"]


def test_resolved_again_it_is_watched_once(world: World, csm: Person) -> None:
    """R-ESC-2: the date moves, the follow-up does not double; what was dropped stays so."""
    said(world, csm, ACME)
    there(world, csm)
    said(world, csm, "resolve the index is there")
    world.forward(days=2)
    said(world, csm, "reopen slow again")
    said(world, csm, "resolve and gone again")
    (watch,) = record(world).followups
    assert (f"{watch.first_due_on}", f"{watch.due_on}", len(watch.redates)) == ("2026-03-09", "2026-03-11", 1)
    said(world, csm, "undo")
    assert f"{record(world).followups[0].due_on}" == "2026-03-09"
    said(world, csm, "followup drop 1 they watch it themselves")
    said(world, csm, "resolve and gone again")
    assert len(record(world).followups) == 1


def test_a_resolve_that_was_taken_back_or_did_not_last_is_watched_anew(world: World, csm: Person) -> None:
    """R-ESC-2: each resolve has its week, also after an undo, and after a week that was over."""
    said(world, csm, ACME)
    there(world, csm)
    said(world, csm, "resolve the index is there")
    said(world, csm, "undo")
    said(world, csm, "resolve the index is really there")
    first, watch = record(world).followups
    assert (first.taken_back, watch.taken_back, f"{watch.due_on}") == (True, False, "2026-03-09")
    world.forward(days=7)
    said(world, csm, "followup done 2 all quiet")
    world.forward(days=20)
    said(world, csm, "reopen slow again")
    said(world, csm, "resolve and gone again")
    *_, anew = record(world).followups
    assert (anew.n, anew.state, f"{anew.due_on}") == (3, State.OPEN, "2026-04-05")


def test_its_number_is_never_given_again(world: World, csm: Person) -> None:
    """Numbers come after an imported one; of the same words twice there is one record."""
    other = replace(record_of_import(), ref="CE1011")
    with world.bot.store.begin() as tx:
        tx.add_incident(other)
        tx.cases.count_from(1011)
    assert "`CE1012`" in said(world, csm, ACME)
    assert "You opened this a moment ago: `CE1012`" in said(world, csm, ACME)
    assert "`CE1013` for *Globex*" in said(world, csm, "ce add Globex timeouts")
    assert "INC-2026-0302-001" in said(world, csm, "declare sev2 slow queries since noon")


def record_of_import() -> Incident:
    from tests.world import START  # noqa: PLC0415 - of this test alone

    return Incident(ref="CE1011", severity="P2", declared_by="", declared_at=START, customer="Centurion")


def test_lists_show_them_apart(world: World, csm: Person) -> None:
    said(world, csm, "declare sev2 checkout is down")
    said(world, csm, ACME)
    listed = said(world, csm, "list")
    incidents, cases = listed.split("Customer escalations:")
    assert "checkout is down" in incidents
    assert "Acme" not in incidents
    assert "`CE1001` *Acme Corp* · investigating · high · slow queries since noon" in cases
    assert "`CE1001` *Acme Corp*" in said(world, csm, "customer list")
    assert "checkout" not in said(world, csm, "customer list all")
    assert "Acme Corp: slow queries since noon" in said(world, csm, "status ce1001")


# Tied


def test_one_follows_its_incident_through_resolve_reopening_and_merge(world: World, csm: Person) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 database is down")
    ana.channel = world.channel().channel
    first = world.channel().name
    joined(world, "cleo")
    answer = said(world, csm, 'customer add "Acme Corp" no reports')
    assert f"It belongs to `{INC}`" in answer
    assert record(world).tied_to == INC
    card = room(world, first).card.words
    assert "Customer escalation `CE1001`: Acme Corp · investigating · <#" in card
    assert f"Belongs to `{INC}` (database is down)" in room(world).card.words
    assert "`CE1001` (Acme Corp) belongs to this incident: no reports" in "\n".join(
        m.words for m in room(world, first).channel.messages
    )

    said(world, ana, "resolve failed over")
    told = room(world).keyed("case-incident")[-1].words
    assert f"`{INC}` (database is down), to which this belongs, is *resolved*: failed over" in told
    assert f"Next, <@{csm.id}>: ask Acme Corp whether it is over for them too." in told
    there(world, csm)
    said(world, csm, "resolve they see reports again")
    assert "CE1001`: Acme Corp · resolved, not verified yet" in room(world, first).card.words

    said(world, ana, "reopen it failed back")
    told = room(world).keyed("case-incident")[-1].words
    assert "is *open again*: it failed back" in told
    assert "`/incident reopen`" in told
    said(world, csm, "reopen reports are gone again")

    ana.channel = world.slack.channel("general")
    ana.commands("/incident declare sev1 storage is full")
    second = world.channel().name
    said(world, ana, f"merge {INC} into INC-2026-0302-002")
    assert record(world).tied_to == "INC-2026-0302-002"
    assert f"`{INC}` was merged by <@{ana.id}>: this belongs to `INC-2026-0302-002`" in words(world)
    assert "Customer escalation `CE1001`: Acme Corp · investigating" in room(world, second).card.words
    assert "CE1001" not in room(world, first).card.words
    assert "is private" not in words(world)

    assert "stands alone now" in said(world, csm, "customer untie")
    assert "CE1001" not in room(world, second).card.words
    said(world, csm, "undo")
    assert "CE1001" in room(world, second).card.words


def test_what_makes_no_sense_is_refused_with_the_next_step(world: World, csm: Person) -> None:
    assert 'customer add "Acme Corp" slow queries' in said(world, csm, 'customer add "Acme slow queries')
    assert "'urgent' is no priority" in said(world, csm, "customer add Acme slow p=urgent")
    assert "'9000' is no level" in said(world, csm, "customer add Acme slow level=9000")
    assert "Which customer escalation?" in said(world, csm, "customer level 2")
    said(world, csm, ACME)
    csm.commands("/incident declare sev2 checkout is down")
    world.tick()
    assert f"{INC} is no customer escalation" in said(world, csm, f"customer {INC} level 2")
    assert "never merged: CE1001 can belong to" in said(world, csm, f"merge CE1001 into {INC}")
    assert "belongs to `INC-2026-0302-001`" in said(world, csm, f"customer tie CE1001 {INC}")
    assert "belongs to `INC-2026-0302-001` already" in said(world, csm, f"customer tie CE1001 {INC}")
    said(world, csm, "customer add Globex timeouts")
    assert "CE1001 is a customer escalation too" in said(world, csm, "customer tie CE1002 CE1001")
    assert "is no step of customer escalations" in said(world, csm, "customer Acme is slow")


def test_a_private_one_is_named_nowhere_else(world: World, csm: Person) -> None:
    """DR-28."""
    ana = world.person("ana")
    ana.commands("/incident declare sev1 database is down")
    first = world.channel().name
    assert "one of them is private" in said(world, csm, f'customer add "Acme" slow --private incident={INC}')
    said(world, csm, 'customer add "Initech" slow --private')
    ana.channel = world.slack.channel("general")
    assert "Initech" not in said(world, ana, "customer list all") + said(world, ana, "list all")
    assert "There is no incident CE1001" in said(world, ana, "customer show CE1001")
    assert "Initech" not in room(world, first).card.words


def test_export_and_import_give_equal_bytes(world: World, csm: Person) -> None:
    said(world, csm, "declare sev2 checkout is down")
    said(world, csm, f"{ACME} level=1 incident={INC}")
    there(world, csm)
    said(world, csm, "customer level 2 their CTO called")
    said(world, csm, "resolve the index is there")
    said(world, csm, "customer verified")
    world.forward(minutes=1)
    said(world, csm, "close")
    archive = Archive(world.bot.transactions)
    first = archive.export("CE1001")
    again = archive.import_replay(first.replace('"id": "CE1001"', '"id": "CE2001"'), stage=Stage.FINAL)
    assert again == "CE2001"
    assert archive.export(again).replace("CE2001", "CE1001") == first
    assert (record(world, again).level, record(world, again).tied_to) == (2, INC)
    assert "`CE2002`" in said(world, world.person("ana"), "customer add Initech printers")


def test_one_of_ours_is_played_again_as_it_was(world: World, csm: Person) -> None:
    """What the bot adds by itself is not typed: it would stand there twice."""
    said(world, csm, f"{ACME} level=1")
    there(world, csm)
    said(world, csm, "customer level 2 their CTO called")
    said(world, csm, "resolve the index is there")
    said(world, csm, "customer verified")
    said(world, csm, "close")
    told = read(Archive(world.bot.transactions).export("CE1001"))
    typed = [step.action.command for step in steps(told) if isinstance(step.action, Types)]
    assert typed[0].startswith('/incident customer add "Acme Corp" slow queries since noon p=P1')
    assert "/incident set customer_contact Jo Doe, Head of IT" in typed
    assert "/incident customer level 2 their CTO called" in typed
    assert not any("followup add" in command for command in typed)
    assert typed[-1] == "/incident close"
