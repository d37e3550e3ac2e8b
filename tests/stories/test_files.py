"""Files that people share are copied at capture, listed in the draft, and gone when they are deleted (DR-9, DR-11)."""

import hashlib

import pytest

from bot import crash
from bot.domain.copies import Copy
from bot.store.store import Store
from tests.world import World, declared

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
LOG = "10:02:11 pool exhausted\n10:02:12 502\n"
REF = "INC-2026-0302-001"


def copies(world: World, ref: str = REF) -> dict[str, Copy]:
    """What the record holds, by the files' names."""
    with world.bot.store.read() as tx:
        found = [tx.files.one(ref, each.file) for each in tx.files.of_incident(ref)]
    return {each.name: each for each in found if each is not None}


def states(world: World, ref: str = REF) -> dict[str, str]:
    return {name: copy.state.value for name, copy in copies(world, ref).items()}


def downloads(world: World) -> int:
    return len(world.slack.calls_of("files.download"))


def draft(world: World, ref: str = REF) -> str:
    return world.bot.documents.make(ref).content


def listed(world: World) -> list[str]:
    """The lines of the draft that list files."""
    text = draft(world).partition("**Files shared in the channel")[2]
    return [line for line in text.splitlines() if line.startswith("- ")]


def test_a_picture_and_a_snippet_are_copied_and_listed(world: World) -> None:
    ana, _ = declared(world)
    world.forward(minutes=1)
    ana.says("errors are up", files=[("graph.png", PNG), ("trace.txt", LOG)])
    world.settle()
    kept = copies(world)
    assert {name: each.state.value for name, each in kept.items()} == {
        "graph.png": "kept",
        "trace.txt": "kept",
    }
    assert (kept["graph.png"].content, kept["trace.txt"].content) == (PNG, LOG.encode())
    assert kept["graph.png"].sha256 == hashlib.sha256(PNG).hexdigest()
    assert (kept["graph.png"].mime, kept["trace.txt"].mime) == ("image/png", "text/plain")
    assert kept["graph.png"].taken_at == world.clock.now()
    lines = listed(world)
    assert lines == ["- graph.png: 09:01, Ana, 10 KB, copied", "- trace.txt: 09:01, Ana, 37 bytes, copied"]
    assert "Files shared in the channel (2)" in draft(world)


def test_the_message_is_recorded_before_anything_is_asked_of_slack(world: World) -> None:
    """The capture never waits for Slack."""
    ana, _ = declared(world)
    world.settle()
    ana.says("see", files=[("graph.png", PNG)])
    world.slack.pump()
    assert states(world) == {"graph.png": "waiting"}
    assert downloads(world) == 0
    assert listed(world)[0].startswith("- graph.png: 09:00, Ana, 10 KB, not copied yet: http")
    world.settle()
    assert states(world) == {"graph.png": "kept"}


def test_the_same_event_twice_asks_once(world: World) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    event = next(each["event"] for each in world.slack.deliveries.delivered if each["event"].get("files"))
    world.sends(event, times=3)
    world.settle()
    assert downloads(world) == 1
    assert len(copies(world)) == 1


def test_answers_in_threads_and_what_other_bots_post_are_copied_too(world: World) -> None:
    ana, room = declared(world)
    root = ana.says("who has the graph?")
    world.slack.add_user("datadog", is_bot=True)
    ana.invites("datadog")
    ana.says("here", thread=root, files=[("errors.png", PNG)])
    world.slack.person("datadog").says("", room.channel, files=[("cpu.png", PNG + b"1")])
    world.settle()
    assert states(world) == {"cpu.png": "kept", "errors.png": "kept"}


# What is not copied stays a link


@pytest.mark.parametrize("policy", ['[files]\nlargest = "8 KB"'])
def test_one_that_is_too_large_is_never_asked_for(world: World) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("graph.png", PNG), ("trace.txt", LOG)])
    world.settle()
    assert states(world) == {"graph.png": "too large", "trace.txt": "kept"}
    assert copies(world)["graph.png"].content is None
    assert downloads(world) == 1
    assert "- graph.png: 09:00, Ana, 10 KB, link only, too large to copy: http" in draft(world)


@pytest.mark.parametrize("policy", ['[files]\nlargest = "8 KB"'])
def test_what_is_larger_than_slack_said_is_cut_off_while_it_is_read(world: World) -> None:
    """The size in the event is a promise; the cap holds whatever comes."""
    ana, _ = declared(world)
    ana.says("see", files=[("trace.txt", LOG)])
    world.slack.pump()
    next(iter(world.slack.files.values())).content = b"x" * 2_000_000
    world.settle()
    assert states(world) == {"trace.txt": "too large"}
    assert copies(world)["trace.txt"].content is None


@pytest.mark.parametrize("policy", ['[files]\ntotal = "20 KB"'])
def test_the_copies_of_one_incident_have_a_limit_together(world: World) -> None:
    ana, _ = declared(world)
    for n in range(3):
        ana.says("see", files=[(f"graph-{n}.png", PNG)])
    world.settle()
    assert states(world) == {"graph-0.png": "kept", "graph-1.png": "too large", "graph-2.png": "too large"}


@pytest.mark.parametrize("policy", ['[files]\nkinds = ["text"]'])
def test_kinds_that_the_policy_leaves_out_stay_links(world: World) -> None:
    ana, _ = declared(world)
    ana.says(
        "see", files=[("graph.png", PNG), ("plan.pdf", PDF), ("trace.txt", LOG), ("core.bin", b"\0\1\2")]
    )
    world.settle()
    assert states(world) == {
        "graph.png": "not allowed", "plan.pdf": "not allowed", "trace.txt": "kept", "core.bin": "not allowed",
    }  # fmt: skip
    assert downloads(world) == 2, "pictures and PDFs are known by what Slack says; the rest is looked at"


@pytest.mark.parametrize("policy", ["[files]\ncopy = false"])
def test_where_the_policy_copies_nothing_links_are_listed(world: World) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    assert copies(world) == {}
    assert downloads(world) == 0
    assert listed(world)[0].startswith("- graph.png: 09:00, Ana, 10 KB, link only: http")


@pytest.mark.parametrize(
    ("name", "content"),
    [("graph.png", b"<!DOCTYPE html><script>alert(1)</script>"), ("plan.pdf", PNG), ("photo.jpg", b"")],
)
def test_the_bytes_decide_what_a_file_is(world: World, name: str, content: bytes) -> None:
    ana, _ = declared(world)
    ana.says("see", files=[(name, content)])
    world.settle()
    assert states(world) == {name: "not allowed"}
    assert copies(world)[name].content is None


# Deleted and edited


def test_of_a_deleted_message_no_byte_stays_and_no_draft_names_its_files(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.says("wrong window", files=[("passwords.txt", "hunter2")])
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    ana.deletes(ts)
    world.settle()
    assert states(world) == {"graph.png": "kept", "passwords.txt": "gone"}
    assert copies(world)["passwords.txt"].content is None
    assert "passwords" not in draft(world)
    assert not holds(world.bot.store, b"hunter2")


def holds(store: Store, content: bytes) -> bool:
    with store.read() as tx:
        found = [tx.files.one(REF, each.file) for each in tx.files.of_incident(REF)]
    return any(each is not None and content in (each.content or b"") for each in found)


def test_a_deletion_before_the_bytes_came_leaves_nothing(world: World) -> None:
    ana, _ = declared(world)
    world.settle()
    ts = ana.says("wrong window", files=[("passwords.txt", "hunter2")])
    world.slack.pump()
    ana.deletes(ts)
    world.slack.pump()
    world.settle()
    assert states(world) == {"passwords.txt": "gone"}
    assert downloads(world) == 0


def test_a_deletion_while_the_bytes_come_leaves_nothing(world: World) -> None:
    ana, _ = declared(world)
    world.settle()
    ts = ana.says("wrong window", files=[("passwords.txt", "hunter2")])

    def meanwhile() -> None:
        ana.deletes(ts)
        world.slack.pump()

    crash.arm(1, place="file fetched", act=meanwhile)
    world.settle()
    assert downloads(world) == 1
    assert states(world) == {"passwords.txt": "gone"}
    assert not holds(world.bot.store, b"hunter2")


def test_a_file_that_is_shared_again_after_its_message_was_deleted_is_copied_again(world: World) -> None:
    ana, room = declared(world)
    ts = ana.says("see", files=[("graph.png", PNG)])
    file = room.channel.by_ts[ts].files[0]
    world.settle()
    ana.deletes(ts)
    world.settle()
    ana.says("on second thoughts", files=[file])
    world.settle()
    assert states(world) == {"graph.png": "kept"}
    assert downloads(world) == 2


def test_a_deletion_that_overtakes_its_message_asks_for_nothing(world: World) -> None:
    """RELIABILITY section 2: it leaves a tombstone."""
    ana, _ = declared(world)
    world.settle()
    ts = ana.says("wrong window", files=[("passwords.txt", "hunter2")])
    ana.deletes(ts)
    for payload in reversed(world.slack.deliveries.take()):
        assert world.deliver_to(world.bot, payload) == 200
    world.settle()
    assert copies(world) == {}
    assert downloads(world) == 0


@pytest.mark.parametrize("words", ["see", ""])
def test_a_file_that_is_deleted_in_slack_goes(world: World, words: str) -> None:
    """Its message stays, if it said something."""
    ana, _ = declared(world)
    ana.says(words, files=[("graph.png", PNG)])
    world.settle()
    ana.deletes_file("graph.png")
    world.settle()
    assert states(world) == {"graph.png": "gone"}
    assert copies(world)["graph.png"].content is None
    assert "graph.png" not in draft(world)


def test_a_file_that_another_message_still_shows_stays(world: World) -> None:
    ana, room = declared(world)
    ts = ana.says("see", files=[("graph.png", PNG)])
    file = room.channel.by_ts[ts].files[0]
    ana.says("once more", files=[file])
    world.settle()
    ana.deletes(ts)
    world.settle()
    assert states(world) == {"graph.png": "kept"}
    assert len(listed(world)) == 1
    assert downloads(world) == 1


def test_an_edit_of_the_words_changes_no_copy(world: World) -> None:
    ana, _ = declared(world)
    ts = ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    ana.edits(ts, "see the errors")
    world.settle()
    assert states(world) == {"graph.png": "kept"}
    assert downloads(world) == 1


# Private incidents, and drills


def test_the_files_of_a_private_incident_stay_with_it(world: World) -> None:
    world.person("ben")
    ana = world.person("ana")
    ana.commands("/incident declare sev1 leak --private")
    room = world.channel()
    ana.channel = room.channel
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    assert states(world) == {"graph.png": "kept"}
    ana.channel = world.slack.channel("general")
    ana.commands("/incident declare sev2 something else")
    world.settle()
    assert copies(world, "INC-2026-0302-002") == {}


def test_a_file_under_way_is_copied_also_where_its_incident_goes_private(world: World) -> None:
    ana, _ = declared(world)
    world.settle()
    ana.says("see", files=[("graph.png", PNG)])
    world.slack.pump()
    world.expects_errors("name_taken")
    ana.commands("/incident private")
    world.tick()
    assert states(world) == {"graph.png": "kept"}


def test_a_file_of_two_incidents_goes_from_each_by_itself(world: World) -> None:
    ana, room = declared(world)
    ts = ana.says("see", files=[("graph.png", PNG)])
    file = room.channel.by_ts[ts].files[0]
    ana.commands("/incident declare sev2 search is slow")
    other = world.channel()
    ana.says("the same graph", other.channel, files=[file])
    world.settle()
    ana.deletes(ts, room.channel)
    world.settle()
    assert (states(world), states(world, "INC-2026-0302-002")) == (
        {"graph.png": "gone"},
        {"graph.png": "kept"},
    )


def test_a_drill_copies_too(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1 checkout --drill")
    ana.channel = world.channel().channel
    ana.says("see", files=[("graph.png", PNG)])
    world.settle()
    assert states(world) == {"graph.png": "kept"}
