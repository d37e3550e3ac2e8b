"""Follow-ups as a table: every value can be read back, nothing is a formula, the same record gives the same bytes."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.followup import Budget, FollowUp, Priority, Redate, Request, State
from bot.domain.followup_export import COLUMNS, NO_HORIZON, Row, Source, csv_text, exported, groups, rows
from bot.domain.incident import Status
from bot.domain.mrkdwn import Names, escaped, plain

AT = datetime(2024, 3, 15, 9, 0, tzinfo=UTC)
INC = Source(
    ref="INC-2024-0315-001", title="", status=Status.CLOSED, drill=False, private=False, members=(), channel_id=None,
    followups=(),
)  # fmt: skip
NAMES = Names(people={"U1": "Ana Alvarez", "U2": "=cmd|' /C calc'!A0"})


def item(n: int = 1, **fields: object) -> FollowUp:
    return replace(FollowUp(n=n, text="isolate analytics load", added_at=AT), **fields)  # type: ignore[arg-type]


def table(*items: FollowUp, of: Source = INC, names: Names = NAMES) -> list[Row]:
    return rows([replace(of, followups=items)], names)


def read(text: str) -> list[dict[str, str]]:
    """What a reader of CSV gets, without the apostrophes before what looked like a formula."""
    found = csv.DictReader(io.StringIO(text, newline=""))
    return [
        {name: re.sub(r"^'(?='*[=+\-@\t\r\n＝＋－＠])", "", value) for name, value in row.items()}
        for row in found
    ]


def test_each_column_holds_what_its_name_says():
    waits = Request(n=1, what="budget", by="U1", at=AT, before="12,000 USD/month", after="13,201 USD/month")
    (row,) = read(csv_text(table(item(
        7, text="Isolate <@U1>'s load", action="a second pool", state=State.BLOCKED, owner="U1", by="U1",
        due_on=date(2024, 5, 14), first_due_on=date(2024, 4, 30), priority=Priority.HIGH, horizon="30d",
        redates=(Redate(before=date(2024, 4, 30), after=date(2024, 5, 14), by="U1", at=AT),),
        budget=Budget(amount=Decimal("12000.10"), unit="USD/month"),
        forecast=Budget(amount=Decimal("1E+4"), unit="USD/month"),
        dependencies="network team", criteria="p99 &lt; 300 ms", blocked_at=AT, blocked_by="no hardware",
        requests=(waits,), link="https://slack.com/archives/C1/p1",
        written={"due_written": "end of April", "budget": "$12K"},
    ))))  # fmt: skip
    assert row == {
        "incident": "INC-2024-0315-001", "incident_title": "", "number": "7", "what": "Isolate @Ana Alvarez's load",
        "action": "a second pool", "state": "blocked", "priority": "high", "horizon": "30d", "owner": "Ana Alvarez",
        "owner_id": "U1", "due": "2024-05-14", "due_as_written": "end of April", "first_due": "2024-04-30",
        "times_redated": "1", "budget": "12000.10", "budget_unit": "USD/month", "budget_as_written": "$12K",
        "forecast": "10000", "forecast_unit": "USD/month", "depends_on": "network team",
        "success_criteria": "p99 < 300 ms", "blocked_since": "2024-03-15T09:00:00Z", "blocked_because": "no hardware",
        "waits_for": "budget: 12,000 USD/month -> 13,201 USD/month", "added_at": "2024-03-15T09:00:00Z",
        "added_by": "Ana Alvarez", "ended_at": "", "ended_by": "", "result": "",
        "came_from": "https://slack.com/archives/C1/p1",
    }  # fmt: skip
    assert tuple(row) == COLUMNS


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
FORMULAS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "'", "''"]),
        st.sampled_from("=+-@\t\r\n＝＋－＠"),
        st.text("a1(\"',;", max_size=8),
    ),
)
AMOUNTS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)


@given(texts=st.lists(TEXTS | FORMULAS, min_size=4, max_size=4), amount=AMOUNTS, due=st.dates())
def test_what_was_written_is_read_back_and_no_cell_begins_as_a_formula_does(
    texts: Sequence[str], amount: Decimal, due: date
):
    text, criteria, owner, title = texts
    incident = replace(INC, title=escaped(title))
    one = item(
        text=escaped(text), criteria=escaped(criteria), owner="U9", due_on=due,
        budget=Budget(amount=amount, unit="USD"),
    )  # fmt: skip
    made = csv_text(table(one, of=incident, names=Names(people={"U9": owner} if owner else {})))
    (row,) = read(made)
    assert (row["what"], row["success_criteria"]) == (plain(escaped(text)), plain(escaped(criteria)))
    assert (row["owner"], row["incident_title"]) == (owner or "U9", title)
    assert Decimal(row["budget"]) == amount
    assert date.fromisoformat(row["due"]) == due
    cells = [cell for line in csv.reader(io.StringIO(made, newline="")) for cell in line]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r\n＝＋－＠")] == []


def test_the_same_record_gives_the_same_bytes_in_the_order_of_references_and_numbers():
    two = [item(2, horizon="90d"), item(1, horizon="90d")]
    other = replace(INC, ref="INC-2024-0101-001", followups=(item(),))
    made = rows(exported([replace(INC, followups=tuple(two)), other], user=None, named=False), NAMES)
    assert [(row.ref, row.item.n) for row in made] == [
        ("INC-2024-0101-001", 1), ("INC-2024-0315-001", 1), ("INC-2024-0315-001", 2),
    ]  # fmt: skip
    assert csv_text(made) == csv_text(made)
    assert csv_text(made).count("\r\n") == len(made) + 1


def test_what_was_taken_back_or_goes_on_elsewhere_has_no_row():
    kept = table(item(1, taken_back=True), item(2, moved_to="INC-2024-0316-001", moved_as=1), item(3))
    assert [row.item.n for row in kept] == [3]


def test_groups_go_by_incident_and_nearness_and_words_of_a_record_stay_in_their_order():
    given_ = [item(n, horizon=word) for n, word in enumerate(["", "Soon", "6mo", "30d", "Later", "30d"], 1)]
    made = groups(table(*given_))
    assert [(group.horizon, [row.item.n for row in group.rows]) for group in made] == [
        ("Within 30 days", [4, 6]), ("Within 6 months", [3]), ("Soon", [2]), ("Later", [5]), (NO_HORIZON, [1]),
    ]  # fmt: skip
    assert [group.is_first for group in made] == [True, False, False, False, False]


def test_a_list_of_many_has_no_drill_and_private_ones_only_for_those_inside():
    """DR-28, R-DRL-2."""
    private = replace(INC, ref="INC-2024-0316-001", private=True, members=("U1",))
    drill = replace(INC, ref="INC-2024-0317-001", drill=True)
    gone = replace(INC, ref="INC-2024-0318-001", status=Status.CANCELLED)
    all_four = [INC, private, drill, gone]
    assert exported(all_four, user=None, named=False) == [INC]
    assert exported(all_four, user="U1", named=False) == [INC, private]
    assert exported(all_four, user="U2", named=False) == [INC]
    assert exported([private], user=None, named=True) == [private]
    assert exported([private], user="U2", named=True) == []
