"""Steps: from a cause to the first action, from an action to its result, from some of many to all of them."""

from datetime import timedelta

from bot.domain import metrics, steps
from bot.domain.timeline import Kind
from tests.records import entry, incident, state


def results(*entries):
    return [(taken.before.text, taken.after.text, taken.length) for taken in steps.results(entries)]


FAILOVER = entry(10, "failover to the second node", Kind.ACTION)


def test_an_action_leads_to_the_next_result_that_speaks_of_the_same():
    other = entry(12, "cache is cleared", Kind.RESULT)
    done = entry(18.5, "failover complete", Kind.RECOVERY)
    assert results(FAILOVER, other, done) == [(FAILOVER.text, done.text, timedelta(minutes=8, seconds=30))]


def test_a_further_action_of_the_same_takes_the_result():
    again = entry(15, "failover tried again", Kind.ACTION)
    done = entry(18, "failover complete", Kind.RESULT)
    assert results(FAILOVER, again, done) == [(again.text, done.text, timedelta(minutes=3))]


def test_a_result_of_the_very_time_tells_no_length_and_a_state_is_no_end():
    together = entry(10, "failover done", Kind.RESULT)
    later = entry(20, "failover restored the service", Kind.RESULT)
    assert results(FAILOVER, together, later) == [(FAILOVER.text, later.text, timedelta(minutes=10))]
    assert results(FAILOVER, entry(12, "within the limit for a failover", Kind.RECOVERY)) == []


def test_some_of_many_lead_to_all_of_them():
    told = [
        entry(5, "4 out of 12 workers fail"),
        entry(9, "8 out of 12 workers fail"),
        entry(30, "All 12 workers fail no more"),
    ]
    (taken,) = steps.shares(told)
    assert (taken.before.at, taken.length) == (told[0].at, timedelta(minutes=25))
    assert list(steps.shares(told[:2])) == []


def test_the_named_cause_leads_to_the_first_action_after_it():
    told = [entry(28, "Root cause identified: the pool", Kind.FINDING), entry(28, "noted", Kind.NOTE)]
    told += [state(29, "task"), entry(40, "raise the limit", Kind.ACTION), entry(50, "restart", Kind.ACTION)]
    taken = steps.fix(metrics.points(incident(), told), told)
    assert taken
    assert (taken.before.text, taken.after.text) == ("Root cause identified: the pool", "raise the limit")
    assert steps.fix(metrics.points(incident(), told[3:]), told[3:]) is None


def test_how_fast_it_was_counts_to_the_mitigation():
    points = metrics.points(incident(identified_at=incident().declared_at), [])
    assert [(step.start, step.length / timedelta(minutes=1)) for step in steps.how_fast(points)] == [
        ("detection", 88), ("cause identified", 84),
    ]  # fmt: skip
