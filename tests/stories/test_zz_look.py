from datetime import timedelta
from tests.world import World, declared, said, joined, key_of
import sys

def dump(world, ana, room):
    print("== CHANNEL", file=sys.stderr)
    for m in room.messages: print(key_of(m), m.thread_ts and "T", repr(m.words), file=sys.stderr)
    for p in world.people.values():
        print("== DM", p.name, file=sys.stderr)
        for m in world.dm(p): print(key_of(m), repr(m.words), file=sys.stderr)

def test_look(world: World):
    ana, room = declared(world)
    ben = joined(world, "ben")
    cem = joined(world, "cem")
    said(world, ana, "postmortem owner @ben")
    print(said(world, ana, "postmortem status"), file=sys.stderr)
    said(world, ana, "resolve ok")
    print(said(world, ana, "postmortem status"), file=sys.stderr)
    said(world, ana, "close")
    print(said(world, ana, "postmortem status"), file=sys.stderr)
    world.forward(hours=20)
    print(said(world, ana, "postmortem status in-review"), file=sys.stderr)
    print(said(world, ana, "postmortem review @cem @ana"), file=sys.stderr)
    print(said(world, ana, "postmortem checklist done 1 3"), file=sys.stderr)
    print(said(world, ana, "postmortem due tomorrow waiting for vendor"), file=sys.stderr)
    print(said(world, cem, "postmortem approve"), file=sys.stderr)
    print(said(world, ben, "postmortem approve"), file=sys.stderr)
    print(said(world, ana, "postmortem approve"), file=sys.stderr)
    print(said(world, ana, "postmortem status reviewed"), file=sys.stderr)
    print(said(world, ana, "postmortem status reviewed --anyway no time"), file=sys.stderr)
    print(said(world, ana, "postmortem draft"), file=sys.stderr)
    print(said(world, ana, "postmortem status closed"), file=sys.stderr)
    print(said(world, ana, "postmortem status draft"), file=sys.stderr)
    print(said(world, ana, "reopen"), file=sys.stderr)
    dump(world, ana, room)
    assert 0

def test_neglected(world: World):
    ana, room = declared(world)
    ben = joined(world, "ben")
    said(world, ana, "postmortem owner @ben")
    said(world, ana, "resolve ok")
    said(world, ana, "close")
    world.forward(days=6)
    dump(world, ana, room)
    assert 0
