"""Measures of impact as people type them (PRODUCT 2.2, impact)."""

import pytest

from bot.domain.impact import record_impact
from bot.domain.refusal import NotANumber, UnknownMeasure
from bot.domain.refusal_fields import NotAShare


def shown(facts):
    return [(m["name"], m["value"], m["unit"], m["text"], m["approx"]) for m in facts["impact_metrics"]]


def test_measures_keep_their_words_beside_their_number():
    options = {
        "users": ("~52,000",), "customers": ("847 (100% of customer base)",), "data_loss": ("None confirmed",),
        "transactions": ("Approximately 12,400 during window",), "requests_failed": ("2.3M",), "pct": ("99.5",),
    }  # fmt: skip
    assert shown(record_impact({}, options)) == [
        ("Affected Customers", 847, "customers", "847 (100% of customer base)", False),
        ("Share of Customers Affected", 99.5, "percent", "99.5", False),
        ("Affected Users", 52000, "users", "~52,000", True),
        ("Transactions Affected", 12400, "transactions", "Approximately 12,400 during window", True),
        ("API Requests Failed", 2300000, "requests", "2.3M", False),
        ("Data Loss", "None confirmed", "text", "None confirmed", False),
    ]


@pytest.mark.parametrize("given", ["120", "100.1%", "~250", "-3"])
def test_a_share_of_more_than_all_is_refused(given: str):
    for key in ("pct", "pct_users"):
        with pytest.raises(NotANumber, match=rf"'{key}' .*'{given}'"):
            record_impact({}, {key: (given,)})
    assert shown(record_impact({}, {"pct": ("100",), "pct_users": ("0",)}))[0][1] == 100
    with pytest.raises(NotAShare, match="it needs a number from 0 to 100, not '120'"):
        record_impact({}, {"pct": ("120",)})
    assert shown(record_impact({}, {"customers": ("120",)}))[0][1] == 120


def test_a_later_value_replaces_the_former_and_details_add_up():
    first = record_impact({"sla": []}, {"customers": ("10",), "detail": ("Latency: 150ms", "Loss: 2%")})
    then = record_impact(first, {"customers": ("12",), "detail": ("Region: EU",)})
    assert [m["text"] for m in then["impact_metrics"]] == ["12", "Latency: 150ms", "Loss: 2%", "Region: EU"]
    assert then["sla"] == []
    assert [m["text"] for m in first["impact_metrics"]] == ["10", "Latency: 150ms", "Loss: 2%"]


def test_slacks_encoding_is_undone():
    assert shown(record_impact({}, {"detail": ("a &lt; b &amp; c",)}))[0][3] == "a < b & c"


def test_an_unknown_measure_names_the_nearest_one():
    with pytest.raises(UnknownMeasure) as refused:
        record_impact({}, {"custmers": ("1",)})
    assert refused.value.next_step == "/incident impact customers=…"


def test_a_count_that_is_no_number_names_its_key():
    with pytest.raises(NotANumber) as refused:
        record_impact({}, {"tickets": ("lots",)})
    assert "'tickets'" in refused.value.sentence
