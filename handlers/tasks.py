"""Tasks: ``task add``, ``list``, ``done``, ``give``; the buttons below the question how one goes."""

from collections.abc import Sequence

from bot.domain.incident import Change, Incident, moved
from bot.domain.refusal_tasks import TaskForWhom, UnknownTaskStep, WhichTask
from bot.domain.tasks import numbered, open_tasks
from bot.domain.times import parse_duration
from bot.domain.words import parse, split, user_word
from bot.slack import blocks
from handlers.asking import at_field, fitting, in_button, incident_asked, incident_here, person, task_rows
from handlers.filled import Filled
from handlers.openers import Openers
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
openers = Openers()
LISTED = 30
_LONGEST_OFFER = 500


@routes.verb(
    "task",
    aliases=("todo", "action"),
    usage="add text @name [in=10m] | list | done <n> [result] | give <n> @name",
    does="Keeps what is to be done now. With in=10m its owner is asked then how it goes.",
    example="/incident task add restart the app servers @alex in=10m",
    situation=Situation.RUN,
    often=True,
)
def task(request: Request, use: UseCases) -> Reply:
    """Add a task, list them, mark one done or give it to somebody."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if words.verb == "add" and not words.rest:
        return task_form(asked.incident, request, use)
    if words.verb == "add":
        return _add(request, use, asked.incident, words.rest)
    if words.verb == "done":
        return _done(request, use, asked.incident, words.rest)
    if words.verb == "give":
        return _give(request, use, asked.incident, words.rest)
    if words.verb not in ("", "list"):
        raise UnknownTaskStep(given=words.verb, instead=_meant(asked.text))
    return _list(asked.incident, use)


def _meant(text: str) -> str:
    """The step that was probably meant: ``1 done`` is ``done 1``, other words are a task to add."""
    number, _, step = text.partition(" ")
    if number.isdigit() and step.split(maxsplit=1)[:1] in (["done"], ["give"]):
        word, _, rest = step.partition(" ")
        return f"{word} {number} {rest}".strip()
    return f"add {text if len(text) <= _LONGEST_OFFER else '…'}"


def _add(request: Request, use: UseCases, incident: Incident, rest: str) -> Reply:
    said = split(rest, keys=frozenset({"in", "owner"}))
    named, text = said.one("owner"), said.text.strip()
    if named is None:
        named, text = _owner(text)
    wait = said.one("in")
    change = use.tasks.add(
        incident.ref,
        by=request.user,
        text=fitting(text),
        owner=person(named, request, use) if named else None,
        wait=parse_duration(wait) if wait else None,
    )
    return _added(change, said.unknown)


def _added(change: Change, unknown: Sequence[str] = ()) -> Reply:
    made = change.incident.tasks[-1]
    facts = {"step": "added", "n": made.n, "owner": made.owner, "due_at": made.due_at, "unknown": unknown}
    return Reply(template="reply_task", facts=facts)


@openers.opens("task", label="Give somebody a task")
def task_form(incident: Incident, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """The form of ``task add``."""
    moved(incident, "task")
    fields = [
        blocks.text_input("text", "What is to be done", optional=False, hint="Like: restart the app servers"),
        blocks.person_choice("owner", "Who", optional=True, hint="Left empty: it is nobody's yet."),
        blocks.text_input("in", "Ask how it goes after", hint="Like 10m or 1h. Left empty: nobody is asked."),
    ]
    return Reply(form=blocks.form("task_form", "A task", "Add", fields, about=incident.ref))


@routes.button("task_form", verb="task")
def ask_task(request: Request, use: UseCases) -> Reply:
    """The button "Add a task" below the list."""
    return task_form(incident_here(request, use), request, use)


@routes.form("task_form", verb="task", typed="task add restart the app servers @name in=10m")
def keep_task(request: Request, use: UseCases) -> Reply:
    """Add what was filled in."""
    incident = incident_here(request, use)
    form = Filled(request, use)
    text, owner, wait = form.line("text"), form.text("owner"), form.read("in", parse_duration)
    if owner:
        with form.about("owner"):
            use.lookup.reader(owner)
    form.check()
    with at_field("text"):
        change = use.tasks.add(incident.ref, by=request.user, text=text, owner=owner or None, wait=wait)
    return _added(change)


def _owner(text: str) -> tuple[str | None, str]:
    """The person's word at the end or at the beginning of *text*, and the rest of it."""
    rest, _, last = text.rpartition(" ")
    if rest and user_word(last):
        return last, rest.strip()
    first, _, rest = text.partition(" ")
    return (first, rest.strip()) if user_word(first) else (None, text)


def _done(request: Request, use: UseCases, incident: Incident, rest: str) -> Reply:
    n, result = _numbered(incident, rest)
    change = use.tasks.done(incident.ref, n, by=request.user, result=fitting(result))
    now = numbered(change.incident, n)
    facts = {
        "step": "done", "n": n, "same": change.is_nothing, "done_by": now.done_by, "done_at": now.done_at,
        "left": len(open_tasks(change.incident)), "unknown": (),
    }  # fmt: skip
    return Reply(template="reply_task", facts=facts)


def _give(request: Request, use: UseCases, incident: Incident, rest: str) -> Reply:
    n, who = _numbered(incident, rest)
    if not who:
        raise TaskForWhom(n=n)
    owner = person(who.split(maxsplit=1)[0], request, use)
    change = use.tasks.give(incident.ref, n, by=request.user, owner=owner)
    facts = {"step": "given", "n": n, "owner": owner, "same": change.is_nothing, "unknown": ()}
    return Reply(template="reply_task", facts=facts)


def _numbered(incident: Incident, rest: str) -> tuple[int, str]:
    """The task's number, as ``1`` or ``#1``, and what follows it. Raises WhichTask."""
    first, _, more = rest.partition(" ")
    digits = first.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):  # noqa: PLR2004 - nobody has a million tasks
        raise WhichTask(ref=incident.ref)
    return int(digits), more.strip()


def _list(incident: Incident, use: UseCases) -> Reply:
    todo = open_tasks(incident)
    finished = tuple(task for task in incident.tasks if task.done_at is not None and not task.taken_back)
    shown = (*todo, *finished)[:LISTED]
    facts = {
        "ref": incident.ref,
        "open": task_rows([one for one in shown if one.done_at is None], use),
        "done": task_rows([one for one in shown if one.done_at is not None], use),
        "left_out": len(todo) + len(finished) - len(shown),
    }
    add = blocks.actions(blocks.button("Add a task", "task_form", incident.ref))
    return Reply(template="reply_tasks", facts=facts, blocks=(add,))


@routes.button("task_done", verb="task")
def done_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Done" below the question; a second click says who was first."""
    ref, n, _ = in_button(request)
    change = use.tasks.done(ref, n, by=request.user)
    if not change.is_nothing:
        return DONE
    now = numbered(change.incident, n)
    facts = {
        "step": "done",
        "n": now.n,
        "same": True,
        "done_by": now.done_by,
        "done_at": now.done_at,
        "unknown": (),
    }
    return Reply(template="reply_task", facts=facts)


@routes.button("task_later", verb="task")
def later_by_button(request: Request, use: UseCases) -> Reply:
    """The button "+10 min" below the question."""
    ref, n, _ = in_button(request)
    use.tasks.later(ref, n, by=request.user)
    return DONE
