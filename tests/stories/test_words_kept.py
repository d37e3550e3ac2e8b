"""What people type into commands and forms is kept, shown and given back as they typed it."""

from bot.sandbox import Person
from tests.world import World, in_channel, said


def test_what_was_typed_as_code_marks_is_shown_as_typed(world: World, ana: Person) -> None:
    """Texts are decoded once: an entity that somebody typed stays one."""
    said(world, ana, "update write &lt;b&gt; and a < b")
    assert "write &amp;lt;b&amp;gt; and a &lt; b" in said(world, ana, "status")
    assert "write &amp;lt;b&amp;gt; and a &lt; b" in said(world, ana, "timeline")


def test_what_is_typed_into_a_form_is_kept_and_shown_as_typed(world: World, ana: Person) -> None:
    """Forms send plain text where commands send Slack's encoding."""
    ana.commands("/incident update Payments & logins < 5%, told @ben")
    ana.clicks("Post update")
    assert ana.modal is not None
    assert "Payments & logins < 5%, told @Ben" in str(ana.modal.body)
    assert ana.submits({"text": "a < b & c <!channel> <http://evil.example|bank> &lt;x&gt;"}).errors == {}
    world.settle()
    shown = "a &lt; b &amp; c &lt;!channel&gt; &lt;http://evil.example|bank&gt; &amp;lt;x&amp;gt;"
    assert shown in world.channel().keyed("update").words[-1]
    ana.clicks("Resolve")
    assert ana.submits({"message": "errors < 1% & falling"}).errors == {}
    world.settle()
    assert "errors &lt; 1% &amp; falling" in world.channel().keyed("resolved").words[0]


def test_a_title_form_shows_and_keeps_the_words(world: World) -> None:
    ana = world.person("ana")
    ana.commands("/incident declare sev1")
    room = world.channel()
    ana.clicks("Add title", channel=room.channel)
    assert ana.submits({"title": "R&D <staging> is down"}).errors == {}
    world.settle()
    assert "R&amp;D &lt;staging&gt; is down" in room.card.words
    assert "&amp;amp;" not in in_channel(world)


def test_a_role_goes_to_nobody_who_would_read_nothing_whichever_way_it_is_given(
    world: World, ana: Person
) -> None:
    world.slack.add_user("robot", real_name="Robot", is_bot=True)
    world.settle()
    ana.clicks("Take a role")
    answer = ana.submits({"Role": "Comms lead", "Who": "robot"})
    assert "@Robot is a bot or a deactivated account" in answer.errors["person"]
    assert world.channel().keyed("role-assigned") == []


def test_an_exact_handle_wins_and_a_name_that_several_have_is_asked_back(world: World, ana: Person) -> None:
    for handle, name in {"alex1": "Alex", "alex2": "Alex", "sam": "Sam Lee", "sam2": "Sam"}.items():
        world.slack.add_user(handle, real_name=name)
    world.settle()
    assert "is now comms lead" in said(world, ana, "comms @sam")
    answer = said(world, ana, "comms @alex")
    assert "Several people are called '@alex': @alex1, @alex2. Write one of these." in answer


def test_what_was_typed_is_given_back_unless_the_sentence_repeats_all_of_it(
    world: World, ana: Person
) -> None:
    assert "You typed: /incident comms me" in said(world, world.person("ben"), "comms me")
    assert "You typed: " not in said(world, ana, "status nonsense")


def test_a_title_that_is_too_long_is_echoed_as_it_is_kept_and_stands_whole_on_the_timeline(
    world: World, ana: Person
) -> None:
    long = "checkout fails " * 20 + "since noon"
    answer = said(world, ana, f"set title {long}")
    assert "…" in answer
    assert "since noon" not in answer
    assert "the whole text is on the timeline" in answer
    assert "since noon" not in world.channel().keyed("echo")[0].words
    entries = world.bot.lookup.record("INC-2026-0302-001")
    assert any(one.on_timeline and "since noon" in one.text for one in entries)
    said(world, ana, "set title short again")
    assert "short again" not in said(world, ana, "timeline")


def test_what_cannot_be_set_names_a_command_only_where_one_is_near(world: World, ana: Person) -> None:
    for line, following in {
        "set severity sev2": "Next: `/incident sev sev2`",
        "set foo bar": "Next: `/incident help set`",
        "set root it was us": "Next: `/incident set root_cause …`",
    }.items():
        assert following in said(world, ana, line), line


def test_impact_is_echoed_as_typed(world: World, ana: Person) -> None:
    assert "data_loss=&amp;lt;none" in said(world, ana, "impact data_loss=&lt;none")
