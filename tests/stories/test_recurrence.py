"""What recurs is named: on the card, below it when it is found first, and in the draft (AD-6)."""

from bot.sandbox import Person
from tests.world import Room, World, said

INC = "INC-2026-0302-001"


def over(world: World, day: str, words: str) -> Room:
    """An incident of that day, written down when it was over: its channel, in which Lea stands."""
    lea = world.people.get("lea") or world.person("lea")
    lea.channel = world.channel("general").channel
    said(world, lea, f"declare sev2 {words} --backfill at={day}T08:00Z resolved={day}T10:30Z")
    lea.channel = world.channel().channel
    return world.channel()


def recurs(room: Room) -> list[str]:
    return room.keyed("recurs").words


def line(room: Room) -> str:
    """What the card says of it."""
    return "\n".join(each for each in room.card.words.splitlines() if " months" in each)


def test_a_service_or_cause_of_the_last_six_months_is_named_with_links(world: World, ana: Person) -> None:
    """Six calendar months: September 2 counts on March 2, September 1 does not."""
    room = world.channel()
    over(world, "2025-09-01", "too long ago service=checkout")
    first = over(world, "2025-09-02", "pool full service=Check_Out,payments")
    assert "Services: checkout" in said(world, ana, "set service checkout")
    assert (line(room), recurs(room)) == ("", [])
    said(world, ana, "set service check-out, search")
    known = f"2nd time in 6 months: check-out (<#{first.id}> 2 September 2025)"
    assert (line(room), recurs(room)) == (known, [known])
    said(world, world.people["lea"], "set cause Connection-Pool")
    answer = said(world, ana, "set cause conection pool, network")
    assert "Did you mean `Connection-Pool`? That is what others have; `conection pool` is new." in answer
    assert "To correct it: `/incident set cause …`" in answer
    assert (line(room), recurs(room)) == (known, [known])
    assert "Did you mean" not in said(world, ana, "set cause connection_pool, network")
    both = f"2nd time in 6 months: check-out, connection_pool (<#{first.id}> 2 September 2025)"
    assert line(room) == both
    assert recurs(room)[1:] == [f"2nd time in 6 months: connection_pool (<#{first.id}> 2 September 2025)"]
    said(world, ana, "undo")
    assert line(room) == known
    assert "Cause tags: none" in said(world, ana, "set causes none")
    assert "Cause tags is already: none" in said(world, ana, "set cause none")
    assert line(room) == known
    assert len(recurs(room)) == 2
    said(world, ana, "resolve limit raised")
    said(world, ana, "close")
    world.tick()
    (draft,) = [file for message in room.channel.messages for file in message.files]
    text = (draft.content or b"").decode()
    assert "- **check-out** (service): 2nd time in 6 months\n" in text
    assert "as of March 2, 2026" in text
    link = f"[INC-2025-0902-001](https://slack.com/app_redirect?channel={first.id})"
    assert (
        f"| {link}: pool full | September 2, 2025 | SEV-2 (High) | 2 hours 30 minutes, start of impact to resolve |"
        in text
    )


def test_a_new_incident_has_it_on_its_card_and_three_are_named(world: World) -> None:
    """Nothing more is said: the card is new itself (DR-2)."""
    before = [over(world, f"2026-02-{day}", f"again {day} service=checkout") for day in range(10, 15)]
    ana = world.person("ana")
    said(world, ana, "declare sev1 checkout again service=checkout,Checkout")
    room = world.channel()
    links = ", ".join(
        f"<#{each.id}> {day} February" for each, day in zip(before[:1:-1], (14, 13, 12), strict=True)
    )
    assert line(room) == f"6th time in 6 months: checkout ({links} and 2 more)"
    assert recurs(room) == []
    world.restart()
    ana.channel = room.channel
    said(world, ana, "update identified the pool is full")
    assert line(room) == f"6th time in 6 months: checkout ({links} and 2 more)"


def test_a_customer_escalates_again_and_a_merge_brings_along_what_it_was_about(
    world: World, ana: Person
) -> None:
    room = world.channel()
    first = over(world, "2026-01-05", "pool full service=checkout,payments")
    said(world, world.people["lea"], "set customer Globex Ltd.")
    said(world, ana, "set customer globex ltd.")
    known = f"2nd escalation by globex ltd. in 6 months (<#{first.id}> 5 January)"
    assert (line(room), recurs(room)) == (known, [known])
    said(world, ana, "declare sev2 checkout is slow service=checkout")
    other = world.channel()
    assert line(other) == f"2nd time in 6 months: checkout (<#{first.id}> 5 January)"
    ana.channel = other.channel
    said(world, ana, f"merge into {INC}")
    assert line(other) == ""
    again = f"2nd time in 6 months: checkout (<#{first.id}> 5 January)"
    assert line(room) == f"{again}\n{known}"
    assert recurs(room) == [known, again]
    world.forward(days=1)
    said(world, ana, "declare sev2 checkout is slow again service=checkout,payments")
    named = f"<#{room.id}> 2 March, <#{first.id}> 5 January"
    told = f"In 6 months: checkout for the 3rd time, payments for the 2nd time ({named})"
    assert line(world.channel()) == told


def test_private_ones_drills_and_false_alarms_are_nowhere_named(world: World, ana: Person) -> None:
    """DR-28, R-DRL-2; a private one may name what is public."""
    room = world.channel()
    said(world, ana, "set service checkout")
    said(world, ana, "declare sev3 leak service=checkout --private")
    secret = world.channel()
    assert line(secret) == f"2nd time in 6 months: checkout (<#{room.id}> 2 March)"
    ana.channel = secret.channel
    said(world, ana, "set cause stolen-key")
    said(world, ana, "declare sev3 exercise service=checkout --drill")
    assert line(world.channel()) == ""
    said(world, ana, "declare sev3 slow service=checkout")
    last = world.channel()
    assert line(last) == f"2nd time in 6 months: checkout (<#{room.id}> 2 March)"
    ana.channel = room.channel
    said(world, ana, "cancel nothing was wrong")
    assert line(room) == ""
    ana.channel = last.channel
    assert "Did you mean" not in said(world, ana, "set cause stolen-keys")
    assert (line(last), recurs(last)) == ("", [])
