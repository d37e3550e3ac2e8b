"""When customers were affected: windows of impact (PRODUCT 5.4)."""

from datetime import timedelta

from bot.domain import lifecycle, metrics, windows
from tests.records import entry, incident, minutes, policy, state


def found(of, entries=()):
    told = metrics.live(entries)
    return windows.windows(of, told, metrics.points(of, told))


def lengths(of, entries=()):
    return [window.length and window.length / timedelta(minutes=1) for window in found(of, entries)]


def entered(*pairs):
    measures = [
        {"name": "Impact window", "unit": "window", "text": "", "approx": False, "entered": "during",
         "value": f"{minutes(start).isoformat()}/{minutes(end).isoformat()}"}
        for start, end in pairs
    ]  # fmt: skip
    return {"impact_metrics": measures}


def test_impact_lasts_from_its_start_to_the_restoration_else_to_the_resolve():
    assert lengths(incident()) == [120]
    assert lengths(incident(restored_at=minutes(100))) == [100]
    assert lengths(incident(resolved_at=None, first_resolved_at=None)) == [None]


def test_a_reopening_begins_another_window_and_says_that_it_is_an_estimate():
    steps = [state(60, "resolved"), state(90, "reopened"), state(120, "resolved")]
    assert lengths(incident(), steps) == [60, 30]
    second = found(incident(), steps)[1]
    assert (second.start.at, second.start.source) == (minutes(90), "estimated from the reopening")
    assert windows.total(found(incident(), steps)) == timedelta(minutes=90)


def test_the_restoration_of_a_stretch_that_was_reopened_is_not_lost():
    of = incident(status=incident().status, closed_at=None, restored_at=minutes(50), mitigated_at=minutes(40))
    change = lifecycle.reopen(of, reason="again", by="U1", at=minutes(90), policy=policy())
    steps = [state(60, "resolved"), *change.entries, state(120, "resolved")]
    now = incident(restored_at=None, mitigated_at=None)
    assert lengths(now, steps) == [50, 30]
    points = metrics.points(now, metrics.live(steps))
    first = next(span for span in metrics.spans(points, steps) if span.key == "first_mitigated")
    assert first.value == timedelta(minutes=40)


def test_windows_that_people_entered_count_instead():
    steps = [state(60, "resolved"), state(90, "reopened"), state(120, "resolved")]
    of = incident(facts=entered((95, 110), (0, 55)))
    assert lengths(of, steps) == [55, 15]
    assert windows.total(found(of, steps)) == timedelta(minutes=70)


def test_what_two_windows_share_counts_once():
    assert windows.total(found(incident(facts=entered((0, 30), (20, 40))))) == timedelta(minutes=40)


def test_a_window_that_is_not_over_makes_no_sum():
    of = incident(resolved_at=None, first_resolved_at=minutes(60), closed_at=None)
    steps = [state(60, "resolved"), state(90, "reopened")]
    assert lengths(of, steps) == [60, None]
    assert windows.total(found(of, steps)) is None


def test_the_first_window_that_was_entered_begins_the_impact_where_nobody_set_its_start():
    of = incident(impact_started_at=None, facts=entered((3, 30)))
    assert metrics.points(of, [entry(5, "hm")])["impact"].at == minutes(3)
