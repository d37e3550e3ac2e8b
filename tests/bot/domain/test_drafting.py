"""Which draft an incident gets next, and what a draft that comes too late leads to."""

from dataclasses import replace

import pytest

from bot.domain import drafting, lifecycle, timers
from bot.domain.incident import unchanged
from bot.domain.parts import Audience
from bot.domain.refusal_customers import DrillStaysInside, PrivateStaysInside
from bot.domain.schedule import Timer, TimerKind
from bot.domain.timers import Made
from tests.records import incident, minutes, policy

MADE = Made(file="a.md", title="a", format="sre", content="# a", prompts=0)


def fired(of, made):
    timer = Timer(incident=of.ref, kind=TimerKind.DRAFT, due_at=minutes(0))
    return timers.fire(timer, of, at=minutes(1), policy=policy(), made=made)


def asked(of, audience, at=0):
    return lifecycle.want_draft(of, format="sre", at=minutes(at), audience=audience).incident


def test_a_draft_for_others_than_were_asked_for_last_goes_nowhere():
    """Somebody asked for one for customers while the internal one was made: that one is made first, anew."""
    outside = asked(incident(), Audience.EXTERNAL)
    assert fired(outside, MADE) == unchanged(outside)
    assert fired(outside, replace(MADE, external=True)).incident.drafts == 1
    assert fired(asked(incident(), Audience.INTERNAL), replace(MADE, external=True)).is_nothing


@pytest.mark.parametrize("order", [list(Audience)[:2], list(Audience)[1::-1]])
def test_of_two_that_wait_the_internal_one_is_made_first(order):
    both = asked(asked(incident(), order[0]), order[1])
    assert drafting.draft_for(both) is Audience.INTERNAL
    one = fired(both, MADE).incident
    assert (one.draft_due_at, drafting.draft_for(one)) == (minutes(1), Audience.EXTERNAL)
    two = fired(one, replace(MADE, external=True)).incident
    assert (two.draft_due_at, two.drafts) == (None, 2)


@pytest.mark.parametrize(("flag", "refusal"), [("drill", DrillStaysInside), ("private", PrivateStaysInside)])
def test_nothing_of_it_is_for_customers(flag, refusal):  # R-DRL-2, DR-28
    of = incident(**{flag: True})
    with pytest.raises(refusal):
        asked(of, Audience.EXTERNAL)
    assert asked(of, Audience.INTERNAL).draft_due_at
    assert drafting.draft_for(replace(of, draft_audience=Audience.EXTERNAL)) is Audience.INTERNAL


def test_a_customers_document_is_the_escalation_and_others_go_by_severity():  # PRODUCT 1.8
    assert drafting.default_format(incident(customer="Globex"), policy()) == "escalation"
    assert drafting.default_format(incident(), policy()) == policy().severities["P0"].format
