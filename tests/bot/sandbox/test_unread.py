"""What counts as unread for whom, and how much of a long channel the page is told at once."""

import httpx
import pytest

from bot.sandbox import picture
from bot.sandbox.unread import MOST


@pytest.fixture
def ana(ws):
    return ws.person("ana")


@pytest.fixture
def ben(ws):
    return ws.person("ben")


def of(ws, person, channel="general"):
    line = picture.channel_line(ws, ws.channel(channel), person.user)
    return line["unread"], line["mentions"]


def test_what_somebody_else_said_is_unread_until_it_was_seen(ws, ana, ben):
    ben.says("one", "general")
    ben.says("two", "general")
    assert (of(ws, ana), of(ws, ben)) == ((2, 0), (0, 0))
    ana.reads("general")
    assert of(ws, ana) == (0, 0)


def test_a_channel_is_read_as_far_as_it_was_seen_and_never_back(ws, ana, ben):
    first = ben.says("one", "general")
    ben.says("two", "general")
    ana.reads("general", ts=first)
    assert of(ws, ana) == (1, 0)
    ana.reads("general")
    ana.reads("general", ts=first)
    assert of(ws, ana) == (0, 0)


def test_reading_what_was_read_is_no_change(ws, ana, ben):
    ben.says("one", "general")
    ana.reads("general")
    before = ws.version
    ana.reads("general")
    assert ws.version == before


def test_nobody_reads_beyond_the_newest_message(ws, ana, ben):
    ben.says("one", "general")
    ana.reads("general", ts="9999999999.000000")
    ben.says("two", "general")
    assert of(ws, ana) == (1, 0)


@pytest.mark.parametrize("text", ["@ana look", "@channel look", "@here look", "@oncall look"])
def test_whoever_is_named_alone_in_a_group_or_with_all_is_asked_for(ws, ana, ben, text):
    ws.add_group("oncall", ["ana"])
    ben.says(text, "general")
    assert of(ws, ana) == (1, 1)


def test_a_group_that_somebody_is_not_in_does_not_ask_for_them(ws, ana, ben):
    ws.add_group("oncall", ["ben"])
    ben.says("@oncall look", "general")
    assert of(ws, ana) == (1, 0)


def test_the_app_names_people_in_its_blocks(ws, ana):
    block = {"type": "section", "text": {"type": "mrkdwn", "text": f"<@{ana.id}>, an update is due"}}
    said = {"channel": "general", "text": "an update is due", "blocks": [block]}
    assert ws.call("chat.postMessage", said, ws.bot_token)["ok"]
    assert of(ws, ana) == (1, 1)


def test_every_direct_message_asks_for_the_person(ws, ana):
    ws.call("chat.postMessage", {"channel": ana.id, "text": "a word"}, ws.bot_token)
    assert of(ws, ana, ws.direct(ana.id).id) == (1, 1)


def test_joins_topics_answers_in_threads_and_what_was_deleted_are_not_counted(ws, ana, ben):
    ws.add_user("chiyo")
    ws.person("chiyo").joins("general")
    ben.sets_topic("a topic", "general")
    root = ben.says("one", "general")
    ben.says("an answer", "general", thread=root)
    ben.says("an answer for all", "general", thread=root, broadcast=True)
    ben.deletes(ben.says("a slip", "general"), "general")
    assert of(ws, ana) == (2, 0)


def test_a_channel_that_somebody_is_not_in_or_that_is_archived_is_not_unread(ws, ana, ben):
    ben.joins("side")
    ana.leaves("side")
    ben.says("one", "side")
    assert of(ws, ana, "side") == (0, 0)
    ben.says("one", "general")
    ben.archives("general")
    assert of(ws, ana) == (0, 0)


def test_no_more_is_counted_than_is_shown(ws, ana, ben):
    for number in range(MOST + 20):
        ben.says(f"@ana {number}", "general")
    assert of(ws, ana) == (MOST, MOST)


# ---- how much the page is told


def test_the_page_is_told_the_newest_messages_the_open_thread_and_the_pins(server, ws, ana, ben):
    root = ben.says("the root", "general")
    ben.says("an answer", "general", thread=root)
    ben.pins(root, "general")
    for number in range(5):
        ben.says(f"line {number}", "general")
    asked = {"person": "ana", "channel": "general", "most": 2, "thread": root}
    shown = httpx.get(f"{server.url}state", params=asked).json()["channel"]
    assert [each["text"] for each in shown["messages"]] == ["line 3", "line 4"]
    assert shown["earlier"] == 4  # the root and three lines
    assert [each["text"] for each in shown["thread"]] == ["the root", "an answer"]
    assert [each["text"] for each in shown["pinned"]] == ["the root"]


def test_whoever_does_not_ask_for_less_is_told_everything(server, ws, ben):
    root = ben.says("the root", "general")
    ben.says("an answer", "general", thread=root)
    asked = {"person": "ana", "channel": "general"}
    shown = httpx.get(f"{server.url}state", params=asked).json()["channel"]
    assert [each["text"] for each in shown["messages"]] == ["the root", "an answer"]
    assert shown["earlier"] == 0


def test_how_much_is_wanted_must_be_a_number(server, ws):
    answer = httpx.get(f"{server.url}state", params={"person": "ana", "most": "all"})
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_the_messages_with_the_app_are_found_by_its_name(server, ws, ana):
    asked = {"person": "ana", "channel": "@tocsin"}
    assert httpx.get(f"{server.url}state", params=asked).json()["channel"] is None
    ana.opens_home()
    found = httpx.get(f"{server.url}state", params=asked).json()["channel"]
    assert found["id"] == ws.direct(ana.id).id
