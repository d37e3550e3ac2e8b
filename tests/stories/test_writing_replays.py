"""All that the shared records know at the end of a review can be typed, and the documents are those of the record."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.archive import Archive
from bot.documents import whole_record
from bot.domain import postmortem
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names
from bot.domain.replay import Stage
from bot.domain.topic_fields import FORMS, MOST_FIELDS, Form, cut, whole
from bot.domain.topic_places import items_of, text_of
from bot.domain.topics import TOPICS, Topic
from bot.domain.writing import printed
from bot.formats import FORMATS
from bot.sandbox import Person
from bot.sandbox.state import View
from tests.records import FILES, REPLAYS, needs_replays, policy, record
from tests.world import World, said

REFUSED = ("Next:", "went wrong", "nothing was changed")


def imported(world: World, file: str) -> str:
    """The record as it was at close, in the bot's own database: its reference."""
    text = (REPLAYS / f"{file}.json").read_text(encoding="utf-8")
    return Archive(world.bot.transactions).import_replay(text, stage=Stage.CLOSE)


def reviewed(file: str, ref: str) -> Incident:
    """The record as it was after the review, with the follow-ups of before: these are no topic to write about."""
    incident, _ = record(file, Stage.FINAL)
    at_close, _ = record(file, Stage.CLOSE)
    return replace(incident, ref=ref, followups=at_close.followups)


def documents(incident: Incident, entries: Any) -> Mapping[str, list[str]]:
    """Every document but for its last line, which says from how many entries it was made, and when."""
    drafted = postmortem.draft(incident, list(entries), policy=policy(), names=Names())
    return {name: made.render(drafted).splitlines()[:-1] for name, made in FORMATS.items()}


def held(world: World, ref: str) -> Incident:
    with world.bot.transactions.read() as tx:
        incident = tx.incident(ref)
    assert incident
    return incident


def same(world: World, ref: str, file: str) -> None:
    _, entries = record(file, Stage.FINAL)
    written, own_entries, _ = whole_record(world.bot.transactions, ref)
    expected = documents(reviewed(file, ref), [replace(entry, incident=ref) for entry in entries])
    made = documents(written, own_entries)
    assert made.keys() == expected.keys()
    for name, lines in made.items():
        assert lines == expected[name], name


def somebody(world: World) -> Person:
    ana = world.person("ana")
    ana.channel = world.channel("incidents").channel
    return ana


def typed(world: World, person: Person, line: str) -> None:
    answer = said(world, person, line)
    assert not any(sign in answer for sign in REFUSED), (line, answer)


def fill_in_forms(world: World, person: Person, ref: str, final: Incident, topic: Topic) -> None:
    """Items that need a form of their own, one after the other."""
    known = {item.get("id") or item["title"] for item in items_of(held(world, ref), topic)}
    for n, item in enumerate(items_of(final, topic), start=1):
        if (item.get("id") or item["title"]) in known:
            continue
        typed(world, person, f"postmortem {ref} write {topic.name}")
        whole_text = item.get("body") or item["content"]
        values: dict[str, object] = {"cut": ["truncated"] if item.get("truncated") else []}
        if topic.name == "mail":
            values |= {
                "subject": item["subject"], "to": ", ".join(item["recipients"]), "channel": item["channel"],
                "audience": item["audience"], "body": whole_text,
            }  # fmt: skip
        else:
            values |= {"title": item["title"], "kind": item["kind"], "content": whole_text}
        answer = person.submits(values)
        assert answer.errors == {}, answer.errors
        count = len(items_of(held(world, ref), topic))
        if n != count:
            typed(world, person, f"postmortem {ref} move {topic.name} {count} {n}")


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_what_a_review_found_is_typed_as_commands_and_the_documents_hold_it(world: World, file: str) -> None:
    ref, ana = imported(world, file), somebody(world)
    final = reviewed(file, ref)
    for topic in TOPICS.values():
        if topic.is_text:
            text = text_of(final, topic)
            if text != text_of(held(world, ref), topic):
                typed(world, ana, f"postmortem {ref} add {topic.name} {text}")
        elif topic.is_form:
            fill_in_forms(world, ana, ref, final, topic)
        else:
            for command in commands(held(world, ref), final, topic):
                typed(world, ana, f"postmortem {ref} {command}")
    same(world, ref, file)


def commands(now: Incident, final: Incident, topic: Topic) -> Iterator[str]:
    """What is to be typed so that the list has all of the *final* one's items, in its order."""
    there = [printed(item, topic) for item in items_of(now, topic)]
    for n, item in enumerate(items_of(final, topic), start=1):
        line = printed(item, topic)
        if line in there[n - 1 :]:
            continue
        yield f"add {topic.name} {line}"
        there.append(line)
        if len(there) != n:
            there.insert(n - 1, there.pop())
            yield f"move {topic.name} {len(there)} {n}"


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_what_a_review_found_is_written_in_forms_and_the_documents_hold_it(world: World, file: str) -> None:
    ref, ana = imported(world, file), somebody(world)
    final = reviewed(file, ref)
    for form in FORMS.values():
        for _ in range(MOST_FIELDS):
            if fill_in(world, ana, ref, form, final):
                break
    for topic in (topic for topic in TOPICS.values() if topic.is_form):
        fill_in_forms(world, ana, ref, final, topic)
    same(world, ref, file)


def fill_in(world: World, person: Person, ref: str, form: Form, final: Incident) -> bool:
    """Open the form, write as much as its fields hold, and save; whether all of it was written.

    A field that is full gets another below it when the form is opened again.
    """
    typed(world, person, f"postmortem {ref} write {form.name}")
    there = {block["block_id"] for block in opened(person).body["blocks"]}
    wanted: dict[str, str] = {}
    for name in form.topics:
        pieces = cut(whole(final, TOPICS[name])) or []
        wanted |= {name if n == 1 else f"{name}.{n}": piece for n, piece in enumerate(pieces, start=1)}
    answer = person.submits({name: text for name, text in wanted.items() if name in there})
    assert answer.errors == {}, answer.errors
    assert person.modal is None
    return wanted.keys() <= there


def opened(person: Person) -> View:
    """The form that the person sees."""
    assert person.modal
    return person.modal
