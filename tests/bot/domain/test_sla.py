"""The gate on credit amounts: what is found, what is no amount, who approves (R-SLA-1, R-SLA-2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import sla
from bot.domain.incident import Status
from bot.domain.mrkdwn import escaped
from bot.domain.refusal_customers import AmountsNotApproved, BothSides, UnknownSide
from bot.domain.timeline import Kind
from tests.records import START, incident

AMOUNTS = [
    ("You get $50 back.", ("$50",)),
    ("You get $ 50 back", ("$ 50",)),
    ("about US$1.2M in all", ("US$1.2M",)),
    ("€1.2M", ("€1.2M",)),
    ("a total of £12,000.50.", ("£12,000.50",)),
    ("12,000 USD will be paid", ("12,000 USD",)),
    ("USD 12,000", ("USD 12,000",)),
    ("5k euros", ("5k euros",)),
    ("1.2 million dollars", ("1.2 million dollars",)),
    ("50 €", ("50 €",)),
    ("50€ and 70€", ("50€", "70€")),
    ("*$*50", ("$50",)),
    ("$\u200b50", ("$50",)),
    ("＄５０", ("$50",)),
    ("50¢", ("50¢",)),
    ("5,000 Kč", ("5,000 Kč",)),
    ("5 000 Kč", ("5 000 Kč",)),
    ("500 kr", ("500 kr",)),
    ("R$ 500", ("R$ 500",)),
    ("fifty dollars", ("fifty dollars",)),
    ("one hundred and fifty euros", ("one hundred and fifty euros",)),
    ("a 50-dollar voucher", ("50-dollar",)),
    ("a 10% credit", ("10%",)),
    ("10% service credit applies", ("10%",)),
    ("a credit of 10 %", ("10 %",)),
    ("a service credit (25%)", ("25%",)),
    ("a 10%-credit", ("10%",)),
    ("credits of up to 10 percent", ("10 percent",)),
    ("SLA credits: 10% for Enterprise, 5% for Business", ("10%", "5%")),
    ("SLA credits:\n\n- 10% for Enterprise\n- 5% for Business", ("10%", "5%")),
    ("The SLA credit will be 10 - 25 %", ("10 - 25 %",)),
    ("a credit of approx. 10 to 25 %", ("10 to 25 %",)),
    ("we will credit your account with 5%", ("5%",)),
    ("a refund of 25%", ("25%",)),
    ("15 percent discount", ("15 percent",)),
    ("ten percent credit", ("ten percent",)),
    ("a goodwill gesture of twenty-five percent", ("twenty-five percent",)),
    ("10% of your monthly fee will be credited", ("10%",)),
    ("10% of your monthly fee", ("10%",)),
    ("10% off your next invoice", ("10%",)),
    ("You get 10% back", ("10%",)),
    ("10% cash back", ("10%",)),
    ("we waive 10% of your monthly fee", ("10%",)),
    ("we reduce your invoice by 10%", ("10%",)),
    ("your next bill is 10% lower", ("10%",)),
    ("we refund 10% of your payments", ("10%",)),
    ("we refund 10% of customers' monthly fees", ("10%",)),
    ("refunds: we expect 10% each", ("10%",)),
]
NO_AMOUNTS = [
    "80% of users are affected",
    "about 80 % of requests fail",
    "$ alone is fine, and so is US$",
    "export $HOME and $PATH",
    "12 percent of customers with credit cards see errors",
    "credit card payments fail for 10% of customers",
    "refund processing is failing for 10% of users",
    "100% of refund requests are delayed",
    "credit checks are back. 10% of traffic still fails",
    "error rates fell from 12.5% to 0.2%",
    "the error rate is back to 0.2 %",
    "the error rate is back to 0.2 % and invoices are sent",
    "we roll back 10% of the fleet",
    "10% of the fleet is rolled back",
    "latency reduced by 30 %",
    "we are 100% back",
    "80% back online",
    "10% of invoices are late",
    "Refunds work again. The error rate is down to 0.2 %",
    "Refunds were delayed.\n\nCPU is at 90 %",
    "we will try 2 more times, on PHP 8.2",
    "one of two nodes is down",
    "2 hours 47 minutes, 1,847 customers, INC-2024-0315-001",
    "region us-east-1, port 5432, P0",
    "we are on par with 5 9s",
    "the dollar service and the euro service are back",
    "",
]


@pytest.mark.parametrize(("text", "found"), AMOUNTS)
def test_money_and_percentages_given_back_are_found(text, found):
    """R-SLA-1."""
    assert sla.amounts(text) == found
    assert sla.amounts(escaped(text)) == found


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_shares_of_users_and_signs_alone_are_no_amounts(text):
    """R-SLA-1: no false alarm."""
    assert sla.amounts(text) == ()


@given(st.text(max_size=400))
def test_any_text_is_read_and_what_is_withheld_is_gone(text):
    one = incident()
    assert sla.amounts(escaped(sla.redacted(text, one))) == ()


@pytest.mark.parametrize(
    "text", ["9" * 10_000, "$" * 10_000, "10% of " * 2_000, "credit " * 2_000 + "%", "1 to " * 3_000]
)
def test_hostile_lengths_are_read_in_one_pass(text):
    assert isinstance(sla.amounts(text), tuple)


def test_what_is_withheld_leaves_the_rest_of_the_text_as_it_is():
    """R-SLA-1: only what is an amount goes, also where it stands a line below the word that makes it one."""
    text = "*SLA credits:*\n-  10% for Enterprise\n\n*Errors:*  0.2 %"
    withheld = "*SLA credits:*\n- [amount withheld] for Enterprise\n\n*Errors:*  0.2 %"
    assert sla.redacted(text, incident()) == withheld


def test_the_gate_names_what_it_found_and_who_is_still_to_approve():
    """R-SLA-1: closed until both sides approved."""
    one = incident()
    with pytest.raises(AmountsNotApproved) as caught:
        sla.check(one, "a credit of 10 %", "$50")
    assert "“10 %”, “$50”" in caught.value.sentence
    assert "legal and finance" in caught.value.sentence
    assert caught.value.next_step == f"/incident sla {one.ref}"
    half = sla.approve(one, "legal", by="U1", at=START).incident
    with pytest.raises(AmountsNotApproved, match="Still to approve: finance"):
        sla.check(half, "$50")
    sla.check(sla.approve(half, "finance", by="U2", at=START).incident, "$50")
    sla.check(one, "no amount")


@pytest.mark.parametrize("status", list(Status))
def test_each_approval_is_on_the_timeline_with_the_name_and_the_same_again_changes_nothing(status):
    """R-SLA-2."""
    change = sla.approve(
        replace(incident(), status=status), "finance", by="U2", at=START + timedelta(hours=1)
    )
    (entry,) = change.entries
    assert (entry.kind, entry.author, entry.on_timeline) == (Kind.DECISION, "U2", True)
    assert entry.data == {"change": "sla_approved", "side": "finance"}
    assert "finance by <@U2>" in entry.text
    assert sla.missing(change.incident) == ("legal",)
    assert sla.approve(change.incident, "finance", by="U3", at=START).is_nothing


def test_one_person_does_not_approve_for_both_sides():
    """R-SLA-2: two named approvers."""
    half = sla.approve(incident(), "finance", by="U2", at=START).incident
    with pytest.raises(BothSides, match="approved for finance already; for legal somebody else must"):
        sla.approve(half, "legal", by="U2", at=START)
    assert sla.approve(half, "finance", by="U2", at=START).is_nothing
    assert sla.missing(sla.approve(half, "legal", by="U1", at=START).incident) == ()


@pytest.mark.parametrize(
    ("named", "known_as", "may"),
    [((), {"U7", "@lena"}, False), (("U7",), {"U7"}, True), (("@lena",), {"U7", "@lena"}, True),
     (("@Lena",), {"U7", "@lena"}, True), (("lena",), {"U7", "@lena"}, False), (("@lena",), {"U7"}, False),
     (("@",), {"U7"}, False), (("U8", "@max"), {"U7", "@lena"}, False), (("@lawyers",), {"U7", "@lawyers"}, True)],
)  # fmt: skip
def test_only_those_whom_the_policy_names_may_approve(named, known_as, may):
    """R-SLA-2: closed when in doubt."""
    assert sla.may_approve(named, known_as) is may


def test_a_side_is_legal_or_finance():
    assert sla.side_of(" Legal ") == "legal"
    with pytest.raises(UnknownSide):
        sla.side_of("marketing")
