"""The timeline of a draft: blocks that go on behind others, and lines of logs apart from the table."""

from bot.domain import postmortem
from bot.domain.timeline import Kind
from tests.records import NAMES, entry, incident, policy

MARKED = [entry(n, f"step {n}", Kind.ACTION) for n in range(10, 60, 10)]


def draft(of=None, entries=()):
    return postmortem.draft(of or incident(), list(entries), policy=policy(), names=NAMES)


def rows(made):
    return [row for block in made.timeline.blocks for row in block.rows]


def texts(made):
    return [row.text for row in rows(made) if row.text]


def test_a_block_that_goes_on_behind_another_says_so_and_what_is_in_none_too():
    told = [("a", "Restart"), ("b", "Restart"), ("c", "Rates"), ("d", "Restart"), ("e", None), ("f", None)]
    made = draft(
        entries=[entry(n, text, Kind.ACTION, group=group) for n, (text, group) in enumerate(told, 1)]
    )
    assert [(row.text, row.group) for row in rows(made) if row.text] == [
        ("a", "Restart"), ("b", ""), ("c", "Rates"), ("d", "Restart (continued)"), ("e", "Further entries"), ("f", ""),
    ]  # fmt: skip


def test_lines_of_a_log_stand_apart_from_the_table_and_once():
    lines = [entry(n, f"[ERROR] {n} waiting", Kind.ALERT, label="Log", group="Pool") for n in (10, 11)]
    attached = {"title": "errors", "kind": "log", "content": "14:13 [ERROR] 11 waiting"}
    made = draft(incident(facts={"artifacts": [attached]}), [*MARKED, *lines])
    assert not [text for text in texts(made) if "ERROR" in text]
    assert [(log.name, log.text) for log in made.timeline.logs] == [
        ("Pool", "March 9, 2026 14:12 [ERROR] 10 waiting")
    ]
    assert made.timeline.logs_note == "2 lines of logs stand apart, below."
    assert draft(entries=MARKED).timeline.logs_note == ""
    after = [row.since_before for row in rows(made) if row.text == "step 20"]
    assert after == ["+10 min"], "what stands apart is no row to count from"
