"""An ordinary incident, lived in Slack: its draft warns of nothing that an engineer would call noise."""

import re

from tests.stories.test_postmortem import files, text
from tests.world import World


def to_check(made: str) -> list[str]:
    """The warnings at the top of a draft, one line each."""
    part = re.search(r"\*\*To check .*?(?=\n_\[|\n## |\n\*\*Still)", made, re.DOTALL)
    return [line for line in part[0].splitlines() if line.strip().startswith("- ")] if part else []


def test_an_ordinary_incident_has_no_warning_that_is_noise(world: World) -> None:
    ana, bo, cy = (world.person(name) for name in ("ana", "bo", "cy"))
    ana.commands("/incident declare sev2 checkout is slow at=-3m detected=-2m service=checkout,payments")
    room = world.channel()
    for person in (ana, bo, cy):
        person.joins(room.channel.name)
        person.channel = room.channel
    ana.says("just got paged, looking")
    world.forward(minutes=2)
    bo.says("hi, I could simply roll back 4.2?")
    world.forward(minutes=1)
    bo.says("Finding: p99 at 4s since the deploy of 4.2")
    cy.says("[ERROR] failed to acquire connection: pool is full")
    ana.commands("/incident update identified slow queries since release 4.2, rolling back")
    world.forward(minutes=4)
    bo.says("Decision: roll back 4.2")
    bo.says("Action: rollback of 4.2 started")
    world.forward(minutes=9)
    bo.says("Result: rollback finished, p99 back at 300ms")
    ana.commands("/incident impact customers=120 pct=~8 data_loss=none")
    ana.commands("/incident mitigate rolled back, watching")
    world.forward(minutes=15)
    cy.says("all green, everyone happy, some customers asked whether all orders went through: yes")
    ana.commands("/incident resolve rolled back release 4.2")
    world.forward(minutes=5)
    ana.commands("/incident close")
    world.tick()
    made = text(files(room)[-1])
    assert "To check" not in made, to_check(made)
