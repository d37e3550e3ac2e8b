"""Follow-ups: ``followup add``, ``list``, ``accept``, ``start``, ``done``, ``drop``; the table of all steps (STEPS)."""

from dataclasses import replace

from bot.domain.followup import ENDED, State
from bot.domain.followup_days import read_day
from bot.domain.followup_money import effort_quoted, read_budget
from bot.domain.followup_steps import numbered, open_followups
from bot.domain.followup_words import read_priority
from bot.domain.mrkdwn import escaped
from bot.domain.nearest import nearest
from bot.domain.reach import takes_nothing
from bot.domain.refusal import shorten
from bot.domain.refusal_followup import CriteriaUnconfirmed, UnknownFollowUpStep
from bot.domain.topic_fields import fingerprint
from bot.domain.words import incident_word, parse, split
from bot.slack import blocks
from bot.slack.followup_rows import of_many
from handlers import followup_changes, followup_file, followup_requests, followup_show
from handlers.asking import Asked, fitting, in_button, incident_asked
from handlers.followup_answers import answer, rows
from handlers.followup_asked import in_words, owner_in, owner_named
from handlers.followup_form import followup_form, new_form
from handlers.routes import Reply, Request, Routes, Situation, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()
LISTED = 30
CONFIRMED = "confirmed"
"""The word behind ``done 3`` that says: the success criteria are met."""
SHOWN_CRITERIA = 1_000
LONGEST_VALUE = 1_900
"""Characters that a button carries (https://docs.slack.dev/reference/block-kit/block-elements/button-element)."""
_LONGEST_OFFER = 500
_OPTIONS = frozenset({
    "owner", "due", "p", "prio", "priority", "budget", "deps", "dependencies", "criteria", "horizon", "action",
})  # fmt: skip


@steps.step(
    "add",
    usage="text [owner=@name] [due=2026-04-30] [p=high|medium|low] [budget=12000/month] [deps=…] [criteria=…] "
    "[horizon=4h|24h|7d|30d|90d|6mo]",
    is_text=True,
)
def add(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A new follow-up; what is missing is flagged until somebody fills it. Without a text it opens the form."""
    if not asked.text.strip():
        return followup_form(asked.incident, request, use)
    said = split(effort_quoted(asked.text), keys=_OPTIONS, time_keys=frozenset({"due"}))
    named, text = said.one("owner"), said.text.strip()
    if named is None:
        named, text = owner_in(text)
    line, _, rest = fitting(text).partition("\n")
    due, budget = said.one("due"), said.one("budget")
    priority = said.one("p") or said.one("prio") or said.one("priority")
    change = use.followups.add(
        asked.incident.ref,
        by=request.user,
        text=line,
        action=said.one("action") or rest,
        owner=owner_named(named, request, use) if named else None,
        due_on=read_day(due, today=use.followups.today()) if due else None,
        priority=read_priority(priority) if priority else None,
        budget=read_budget(budget) if budget else None,
        dependencies=said.one("deps") or said.one("dependencies") or "",
        criteria=said.one("criteria") or "",
        horizon=said.one("horizon") or "",
    )
    return answer(change, change.incident.followups[-1].n, use, did="added", unknown=said.unknown)


@steps.step("list", usage="[mine | all]")
def listing(asked: Asked, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """Those of the incident: open ones first."""
    known = [each for each in asked.incident.followups if not (each.taken_back or each.moved_to)]
    todo = [each for each in known if each.is_open]
    over = [each for each in known if each.state in ENDED]
    shown = [*todo, *over][:LISTED]
    facts = {
        "ref": asked.incident.ref, "status": asked.incident.status.value,
        "left_out": len(todo) + len(over) - len(shown),
        "open": rows(asked.incident, [each for each in shown if each.is_open], use),
        "over": rows(asked.incident, [each for each in shown if not each.is_open], use),
    }  # fmt: skip
    ref = asked.incident.ref
    below = of_many(ref, [(ref, each.n) for each in shown if each.is_open], has_file=bool(shown))
    return Reply(template="reply_followups", facts=facts, blocks=tuple(below))


@routes.button("followup_mine", verb="followup")
def mine(request: Request, use: UseCases) -> Reply:
    """The open ones of whoever asks, over all incidents that they may see."""
    found = [
        (incident, [each for each in open_followups(incident) if each.owner == request.user])
        for incident in use.followups.owned(request.user)
    ]
    facts = {
        "incidents": [(incident.ref, rows(incident, some, use)) for incident, some in found[:LISTED]],
        "left_out": len(found[LISTED:]),
    }  # fmt: skip
    below = of_many("", [(incident.ref, each.n) for incident, some in found for each in some])
    return Reply(template="reply_followups_mine", facts=facts, blocks=tuple(below))


@steps.step("accept", usage="<n> [@name] [30d] | all")
def accept(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is agreed that it will be done; owner and date may come with that."""
    ref = asked.incident.ref
    said = split(asked.text, keys=frozenset({"owner", "due"}), time_keys=frozenset({"due"}))
    if said.text.strip().lower() == "all":
        change = use.followups.accept_all(ref, by=request.user)
        left = [each for each in open_followups(change.incident) if each.state is State.PROPOSED]
        facts = {
            "ref": ref, "some": change.news[0].facts["numbers"], "left": [each.n for each in left],
            "shut": takes_nothing(change.incident),
        }  # fmt: skip
        return Reply(template="reply_followup_all", facts=facts)
    n, rest = in_words(asked.incident, said.text)
    named, day = owner_in(rest)
    owner, due = said.one("owner") or named, said.one("due") or day
    change = use.followups.accept(
        ref, n, by=request.user,
        owner=owner_named(owner, request, use) if owner else None,
        due_on=read_day(due, today=use.followups.today()) if due else None,
    )  # fmt: skip
    return answer(change, n, use, did="accepted")


@steps.step("start", usage="<n>")
def start(asked: Asked, request: Request, use: UseCases) -> Reply:
    """Somebody works on it."""
    n, _ = in_words(asked.incident, asked.text)
    return answer(use.followups.start(asked.incident.ref, n, by=request.user), n, use, did="started")


@steps.step("done", usage="<n> [confirmed] [result]", is_text=True)
def done(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is done; where it has success criteria these are shown first, and the closer confirms (R-AI-8)."""
    n, result = in_words(asked.incident, asked.text)
    first, _, rest = result.partition(" ")
    read = ""
    if first.lower().rstrip(",.:") == CONFIRMED:
        read, result = fingerprint(numbered(asked.incident, n).criteria), rest.strip()
    return close(asked.incident.ref, n, request, use, result=fitting(result), read=read)


def close(ref: str, n: int, request: Request, use: UseCases, *, result: str = "", read: str = "") -> Reply:
    """It is done, or the question whether its criteria are met; *read*: the fingerprint of those that were read."""
    try:
        change = use.followups.done(ref, n, by=request.user, result=result, confirmed=read)
    except CriteriaUnconfirmed as unconfirmed:
        criteria = escaped(shorten(str(unconfirmed.facts["criteria"]), SHOWN_CRITERIA))
        value = f"{ref} {n} {fingerprint(str(unconfirmed.facts['kept']))} {result}"
        row = blocks.actions(blocks.button("Yes, done", "followup_confirm", value, style="primary"))
        facts = {"ref": ref, "n": n, "criteria": criteria, "long": len(value) > LONGEST_VALUE}
        return Reply(template="reply_followup_confirm", facts=facts, blocks=() if facts["long"] else (row,))
    return answer(change, n, use, did="done")


@routes.button("followup_done", verb="followup")
def done_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Done", wherever a follow-up is shown."""
    ref, n, _ = in_button(request)
    return close(ref, n, request, use)


@routes.button("followup_confirm", verb="followup")
def confirm(request: Request, use: UseCases) -> Reply:
    """The button "Yes, done" below the success criteria; where these were changed since, they are shown anew."""
    ref, n, words = in_button(request)
    read, _, result = words.partition(" ")
    return close(ref, n, request, use, result=result, read=read)


@steps.step("drop", usage="<n> reason", is_text=True)
def drop(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It will not be done."""
    n, reason = in_words(asked.incident, asked.text)
    change = use.followups.drop(asked.incident.ref, n, by=request.user, reason=fitting(reason))
    return answer(change, n, use, did="dropped")


@steps.step("reopen", usage="<n> [reason]", is_text=True)
def reopen(asked: Asked, request: Request, use: UseCases) -> Reply:
    """It is to be done after all."""
    n, reason = in_words(asked.incident, asked.text)
    change = use.followups.reopen(asked.incident.ref, n, by=request.user, reason=fitting(reason))
    return answer(change, n, use, did="reopened")


STEPS = steps + followup_changes.steps + followup_requests.steps + followup_show.steps + followup_file.steps
"""What can be done with follow-ups: the sum of the feature files' steps."""


@routes.verb(
    "followup",
    aliases=("followups", "action-item", "action-items", "ai"),
    usage=STEPS.usage,
    does="Keeps what will be changed afterwards: who, until when, at what cost. Works after the close, and from any "
    "channel with the reference first.",
    example="/incident followup add Isolate the analytics load owner=@alex due=30d p=high budget=8000/month",
    situation=Situation.FINISH,
    often=True,
)
def followup(request: Request, use: UseCases) -> Reply:
    """The step that the text names, else the list."""
    word, text = _step_in(request.text)
    step = STEPS.find(word or "list")
    if step is None:
        raise UnknownFollowUpStep(given=word, instead=_meant(word, request.text))
    if step.name == "list" and _is_about_all(text, request, use):
        return mine(request, use)
    if step.name == "add" and not text.strip() and use.lookup.here(request.channel, request.user) is None:
        return new_form(None, request, use)
    if step.name == "export":
        if (for_all := followup_file.exported(text, request, use)) is not None:
            return for_all
        text = followup_file.in_order(text)
    asked = incident_asked(replace(request, text=text), use)
    return step.run(asked, request, use)


def _step_in(text: str) -> tuple[str, str]:
    """The step's word, and the text without it: a reference may stand before the word, and else comes first."""
    words = parse(text)
    if not _is_reference(words.verb):
        return words.verb, words.rest
    rest = parse(words.rest)
    return rest.verb, f"{words.verb} {rest.rest}"


def _is_reference(word: str) -> bool:
    meant = incident_word(word)
    return meant is not None and (meant.reference is not None or meant.channel is not None)


def _is_about_all(text: str, request: Request, use: UseCases) -> bool:
    """Whether a list is meant that is over all incidents: ``list mine``, or a list outside of an incident's channel."""
    word = text.strip().lower()
    return word == "mine" or (not word and use.lookup.here(request.channel, request.user) is None)


def _meant(word: str, text: str) -> str:
    """The step that was probably meant: ``1 done`` is ``done 1``, other words are a follow-up to add."""
    number, _, rest = text.partition(" ")
    behind, _, more = rest.partition(" ")
    if number.removeprefix("#").isdigit() and STEPS.find(behind):
        return f"{behind} {number} {more}".strip()
    near = nearest(word, sorted(STEPS.known))
    if near is not None:
        return f"{near} {parse(text).rest}".strip()
    return f"add {text if len(text) <= _LONGEST_OFFER else '…'}"
