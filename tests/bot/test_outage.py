"""What the log tells of a trouble that lasts: when it begins, now and then, and when it is over."""

from bot.outage import Outage


class Hand:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_told_once_when_it_begins_once_a_minute_and_once_when_it_is_over():
    hand = Hand()
    outage = Outage(hand, again=60)
    told = []
    for _ in range(150):
        outage.met()
        told += [outage.news()]
        hand.now += 1
    assert [lasted for lasted in told if lasted is not None] == [0, 60, 120]
    assert outage.over() == 150
    assert outage.over() is None


def test_what_comes_and_goes_is_not_told_more_often():
    hand = Hand()
    outage = Outage(hand, again=60)
    told, ended = 0, 0
    for _ in range(120):
        outage.met()
        told += outage.news() is not None
        ended += outage.over() is not None
        hand.now += 1
    assert (told, ended) == (2, 2)


def test_what_is_soon_over_is_not_told_at_all():
    hand = Hand()
    outage = Outage(hand, again=300, after=60)
    outage.met()
    hand.now += 59
    assert outage.news() is None
    assert outage.over() is None
    outage.met()
    hand.now += 60
    assert outage.news() == 60
