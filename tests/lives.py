"""Incidents of ours, lived through decision by decision: what exports and replays are held to."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.domain import (
    escalation,
    escalation_answers,
    followup_steps,
    handoffs,
    lifecycle,
    postmortem,
    recording,
    roles,
    tasks,
    undo,
    updates,
)
from bot.domain.followup import Priority
from bot.domain.incident import Incident, Status
from bot.domain.mrkdwn import Names
from bot.domain.replay_export import export, print_replay
from bot.domain.timeline import Entry, Kind, Source
from bot.formats import FORMATS
from tests.records import entry, minutes, policy

NAMES = Names(people={"U1": "Ana Alvarez", "U2": "Bo Chen", "U3": "Cy Diaz"})
MADRID = replace(policy(), timezone="Europe/Madrid")


class Life:
    """One incident, decision by decision; minutes count from the start of impact."""

    def __init__(self) -> None:
        told = Incident(
            ref="INC-2026-0309-001", title="Checkout answers 502", severity="P1", declared_by="U1",
            declared_at=minutes(8), detected_at=minutes(3), impact_started_at=minutes(0), services=("checkout",),
        )  # fmt: skip
        self.of = told
        self.entries: list[Entry] = []
        self.take(lifecycle.declare(told, by="U1", at=minutes(8), policy=MADRID))

    def take(self, change):
        self.of = change.incident
        self.entries += change.entries

    def mistakes(self, change, after):
        """Takes *change* and takes it back at once."""
        self.take(change)
        at = minutes(after)
        last = undo.command(change, [1], at)
        self.entries = [replace(e, deleted_at=at) if e in change.entries else e for e in self.entries]
        by = change.entries[0].author
        self.take(undo.take_back(self.of, last, change.entries, by=by, at=at, policy=MADRID))

    def does(self, verb, after, by="U1", **rest):
        where = next(each for each in (lifecycle, updates, roles) if hasattr(each, verb))
        self.take(getattr(where, verb)(self.of, by=by, at=minutes(after), **rest))

    def plans(self, after):
        """Two follow-ups: one that was added by mistake, one that is done."""
        told: dict[str, Any] = {"by": "U1", "at": minutes(after), "policy": MADRID}
        self.mistakes(followup_steps.add(self.of, text="not here", **told), after + 0.1)
        of: dict[str, Any] = {
            "owner": "U2",
            "due_on": date(2026, 3, 20),
            "priority": Priority.HIGH,
            "horizon": "30d",
        }
        self.take(followup_steps.add(self.of, text="alert on &lt;pools&gt;", action="at 75 %", **of, **told))
        self.take(followup_steps.accept(self.of, 2, **told))
        self.take(followup_steps.done(self.of, 2, result="it rings", by="U2", at=minutes(after + 1)))

    def update(self, after, phase, text, promised=None):
        wait = timedelta(minutes=promised) if promised else None
        self.does("update", after, by="U2", text=text, phase=phase, promised=wait, policy=MADRID)

    def says(self, after, text, kind=Kind.MESSAGE, by="U3", **rest):
        ts = f"{minutes(after).timestamp():.6f}"
        told = {"source": Source.MESSAGE, "author": by, "ts": ts, "channel_id": "C1", "marks": (), **rest}
        self.entries.append(entry(after, text, kind, **told))

    def sets(self, after, field, value):
        self.take(
            recording.set_field(self.of, field=field, value=value, echo="so", by="U1", at=minutes(after))
        )


def lived(*, reopens=False):
    """Two hours with everything in them that an export could lose."""
    life = Life()
    life.entries.append(
        entry(3, "errors above 20 %", Kind.ALERT, recorded_at=minutes(8), author="U1", marks=("command",))
    )
    life.does("assign", 9, role=MADRID.roles["comms"], to="U2")
    life.says(12, "every pod waits for <@U2>", Kind.FINDING, marks=("prefix",))
    life.says(13, "last night's release", Kind.HYPOTHESIS, marks=("prefix",))
    life.says(14, "I look at it", by="U2")
    life.says(15, "see", files=({"name": "graph.png", "url": "http://x/g"},), marks=("emoji:U1",))
    life.says(16, "nobody sees this", deleted_at=minutes(17))
    life.does("change_severity", 18, new=MADRID.severities["P0"], reason="nobody can pay", policy=MADRID)
    told: dict[str, Any] = {"by": "U1", "at": minutes(18.5)}
    lower = MADRID.severities["P3"]
    life.mistakes(lifecycle.change_severity(life.of, lower, reason="typo", policy=MADRID, **told), 18.6)
    noted: dict[str, Any] = {
        "kind": Kind.ACTION,
        "text": "wrong channel",
        "noted_at": None,
        "link": None,
        "echo": "",
    }
    life.mistakes(recording.note(life.of, **noted, **told), 18.7)
    wait = timedelta(minutes=5)
    life.take(tasks.add(life.of, text="roll back <&>", owner="U3", wait=wait, by="U1", at=minutes(19)))
    life.take(tasks.done(life.of, 1, result="it is out", by="U3", at=minutes(23)))
    life.says(20, "roll back", Kind.DECISION, by="U1", marks=("prefix",))
    life.plans(21)
    told = {"reason": "decide", "by": "U2", "at": minutes(22), "policy": MADRID}
    life.take(escalation.escalate(life.of, MADRID.target("executives"), **told))
    life.take(escalation_answers.acknowledge(life.of, MADRID.target("executives"), by="U3", at=minutes(24)))
    life.take(escalation_answers.skip(life.of, MADRID.target("board"), **told))
    life.update(25, Status.IDENTIFIED, "Rolling back.", promised=25)
    life.does("assign", 30, role=MADRID.roles["commander"], to="U3")
    scribe = MADRID.roles["scribe"]
    told = {"note": "off at six", "by": "U1", "at": minutes(31), "policy": MADRID, "entries": ()}
    life.take(handoffs.offer(life.of, scribe, to="U2", **told))
    life.take(handoffs.accept(life.of, life.of.offers[0], scribe, by="U2", at=minutes(32)))
    life.does("snooze", 33, asked=timedelta(minutes=20), reason="vendor", policy=MADRID)
    life.update(48, Status.MONITORING, "It works again.")
    life.sets(49, "mitigated", minutes(45))
    life.sets(50, "restored", minutes(52))
    life.sets(51, "summary", "Nobody could pay & we rolled back.")
    life.take(
        recording.impact(
            life.of, measures={"customers": ("312",), "requests_failed": ("14200",)}, by="U2", at=minutes(52)
        )
    )
    life.does("resolve", 60, message="errors are normal", resolved_at=minutes(57), policy=MADRID)
    if reopens:
        life.does("reopen", 61, reason="it came back", policy=MADRID)
        life.does("resolve", 90, message="now it is", resolved_at=None, policy=MADRID)
    life.does("close", 95, policy=MADRID)
    life.take(recording.own_postmortem(life.of, owner="U2", by="U1", at=minutes(96)))
    return life.of, sorted(life.entries, key=lambda made: made.at)


def written(of, entries):
    return print_replay(export(of, entries, NAMES, policy=MADRID))


def drawn(name, of, entries, names):
    return FORMATS[name].render(postmortem.draft(of, entries, policy=MADRID, names=names))
