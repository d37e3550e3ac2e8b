"""Block Kit, as small as we need it, within Slack's limits (https://docs.slack.dev/reference/block-kit)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.domain.parts import Stage
from bot.domain.stages import STEPS, typed
from bot.slack import cutting
from bot.slack.cutting import fitting, parts

Block = dict[str, Any]

SECTION_LIMIT = cutting.SECTION_LIMIT
MESSAGE_LIMIT = 50
CONFIRM_TITLE, CONFIRM_TEXT = 100, 300
"""Characters of a question before a button does anything."""
ACTIONS_LIMIT, BUTTON_LABEL = 25, 75
"""Buttons in one row, and characters of a button's label."""
PLACEHOLDER = 150
"""Characters of an example in an empty field."""
TEXT_LIMIT = 11_000
"""Characters, as escaped, of what is said in a channel. Above some 13,200 Slack answers ``msg_blocks_too_long``."""
HARD_LIMIT = 12_900
"""Characters of all sections of any message: a refusal gives back as much as it can of what was typed."""


def mrkdwn(text: str) -> Block:
    """Slack text in which only what we wrote as a link or mention becomes one (``verbatim``)."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Block:
    """Text without any marks."""
    return {"type": "plain_text", "text": text, "emoji": True}


def sections(text: str) -> list[Block]:
    """*text* in as many sections as its length needs, cut at line ends or spaces where there are any.

    More than ``HARD_LIMIT`` is left off.
    """
    return [{"type": "section", "text": mrkdwn(part)} for part in parts(fitting(text, HARD_LIMIT))]


def beside(text: str, buttons: Sequence[Mapping[str, Any] | None]) -> list[Block]:
    """A section for each paragraph of *text*, each with the button of its place beside it, where there is one."""
    paragraphs = [part for part in fitting(text, HARD_LIMIT).split("\n\n") if part.strip()]
    places = [*buttons, *[None] * len(paragraphs)]
    return [
        {**section, **({"accessory": place} if place else {})}
        for part, place in zip(paragraphs, places, strict=False)
        for section in sections(part)
    ]


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [mrkdwn(fitting(text, SECTION_LIMIT, ""))]}


def button(label: str, action: str, value: str, *, style: str | None = None, sure: str = "") -> Block:
    """A button; *action* is the route's name, *value* what it is about (the incident's reference).

    *sure*: asked before it does anything, where a slip of the hand would be bad.
    """
    made: Block = {"type": "button", "text": plain(fitting(label, BUTTON_LABEL)), "action_id": action}
    made |= ({"value": value} if value else {}) | ({"style": style} if style else {})
    asked = {
        "title": plain(fitting(f"{label}?", CONFIRM_TITLE)), "text": plain(fitting(sure, CONFIRM_TEXT)),
        "confirm": plain("Yes"), "deny": plain("No"),
    }  # fmt: skip
    return made | ({"confirm": asked} if sure else {})


DIVIDER: Block = {"type": "divider"}


def header(text: str) -> Block:
    """A heading, which screen readers can jump to."""
    return {"type": "header", "text": plain(fitting(text, 150))}


def actions(*buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def next_steps(
    ref: str,
    *,
    untitled: bool,
    is_open: bool,
    is_resolved: bool,
    unverified: bool = False,
    case: bool = False,
) -> Block:
    """The buttons of an incident's card: what one can do with the incident as it stands.

    The close of a customer escalation (*case*) is a form: it asks what the customer said.
    """
    row = [button("Add title", "title_form", ref)] if untitled else []
    if is_open:
        row += [
            button("Post update", "update_form", ref, style="primary"),
            button("Take a role", "role_form", ref),
            button("Resolve", "resolve_form", ref),
        ]
    elif is_resolved:
        if unverified:
            row.append(button("Customer verified", "case_verified", ref, style="primary"))
        close = "case_close_form" if case else "close"
        row += [
            button("Close", close, ref, style=None if unverified else "primary"),
            button("Reopen", "reopen", ref),
        ]
    else:
        row += [button("Reopen", "reopen", ref)]
    return actions(*row, button("More", "more_form", ref))


def export_row() -> Block:
    """The button by which whoever clicks gets all follow-ups as a file that spreadsheets read."""
    return actions(button("All as CSV", "followup_export", ""))


def draft_row(ref: str, ways_on: Block | None, *, is_draft: bool = False) -> Block:
    """What one can do about a postmortem: write in it, and the *ways_on* of its review.

    *is_draft*: below the draft itself, where people agree on what comes afterwards.
    """
    followup = [button("Add a follow-up", "followup_form", ref)] if is_draft else []
    return actions(button("Write", "write_form", ref), *followup, *(ways_on["elements"] if ways_on else ()))


def claims(ref: str, roles: Sequence[tuple[str, str]]) -> list[Block]:
    """A button for each of *roles* (key, label) that nobody has: "I am comms lead". None where there are none."""
    row = [
        button(f"I am {label}", f"claim_role:{key}", f"{ref} {key}") for key, label in roles[:ACTIONS_LIMIT]
    ]
    return [actions(*row)] if row else []


def offer(ref: str, n: int, role: str) -> Block:
    """What whoever is offered a role may answer."""
    value = f"{ref} {n} {role}"
    return actions(
        button("Accept", "handoff_accept", value, style="primary"),
        button("Decline", "handoff_decline", value),
    )


def check_back(ref: str, n: int) -> Block:
    """What whoever is asked about a task may answer."""
    value = f"{ref} {n}"
    return actions(
        button("Done", "task_done", value, style="primary"), button("+10 min", "task_later", value)
    )


def approval(ref: str, n: int) -> Block:
    """What can be done with text *n* for customers, which waits for approval."""
    value = f"{ref} {n}"
    return actions(
        button("Approve", "external_approve", value, style="primary"),
        button("Discard", "external_discard", value),
    )


def subscription(ref: str, *, told: bool) -> Block:
    """The button by which somebody is told of it alone, or no longer."""
    return button("Unsubscribe", "unsubscribe", ref) if told else button("Subscribe", "subscribe", ref)


def step(ref: str, playbook: int, number: int, text: str, *, done: bool) -> Block:
    """A step of a playbook, with the button that ticks it, or takes the tick off; what it does stands in its value."""
    label, wanted = ("Not done", "open") if done else ("Done", "done")
    tick = button(label, f"playbook_step:{number}", f"{ref} {playbook} {number} {wanted}")
    tick |= {"accessibility_label": f"Step {number}: {label.lower()}"}
    return {"type": "section", "text": mrkdwn(text), "accessory": tick}


def playbook_row(ref: str, suggested: Sequence[tuple[str, str]]) -> Block:
    """A button that posts each of the *suggested* playbooks (name, title)."""
    labels = ["Post playbook"] if len(suggested) == 1 else [f"Post: {title}" for _, title in suggested]
    return actions(
        *(
            button(label, f"playbook_post:{name}", f"{ref} {name}")
            for label, (name, _) in zip(labels, suggested, strict=True)
        )
    )


_NEXT = {Stage.IN_REVIEW: "Send to review", Stage.REVIEWED: "Mark reviewed", Stage.CLOSED: "Close postmortem"}


def review_row(ref: str, stage: Stage, *, checklist: bool, snooze: bool = False) -> Block:
    """What whoever sees to a postmortem may do next: a step on, tick its checklist, be reminded tomorrow."""
    row, onward = list[Block](), STEPS[stage][0]
    if stage is not Stage.CLOSED:
        row.append(button(_NEXT[onward], "review_stage", f"{ref} {typed(onward)}", style="primary"))
    row += [button("Checklist", "review_checklist_form", ref)] if checklist else []
    return actions(*row, *([button("Remind me tomorrow", "review_later", ref)] if snooze else []))


def text_input(
    name: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    placeholder: str = "",
    multiline: bool = False,
    optional: bool = True,
) -> Block:
    """A field of a form. Its value comes back under *name*."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": multiline,
        "max_length": 3000,
    }
    if initial:
        element["initial_value"] = fitting(initial, 3_000, "")
    if placeholder:
        element["placeholder"] = plain(fitting(placeholder, PLACEHOLDER))
    made: Block = {
        "type": "input", "block_id": name, "label": plain(label), "element": element, "optional": optional,
    }  # fmt: skip
    return made | ({"hint": plain(hint)} if hint else {})


def choice(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    initial: str | None = None,
    optional: bool = False,
) -> Block:
    """A field in which one of *options* (value, label) is chosen, or none where it is *optional*."""
    offered = [{"text": plain(fitting(text, BUTTON_LABEL)), "value": value} for value, text in options]
    element: Block = {"type": "static_select", "action_id": name, "options": offered}
    chosen = [option for option in offered if option["value"] == initial]
    if chosen:
        element["initial_option"] = chosen[0]
    made: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element}
    return made | ({"optional": True} if optional else {})


def date_choice(name: str, label: str, *, initial: str = "", hint: str = "") -> Block:
    """A field in which a day is chosen, or none; *initial* and what comes back are ISO dates."""
    element: Block = {"type": "datepicker", "action_id": name} | (
        {"initial_date": initial} if initial else {}
    )
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element,
        "optional": True,
    }
    return made | ({"hint": plain(hint)} if hint else {})


def checkboxes(
    name: str, label: str, options: Sequence[tuple[str, str]], *, initial: Collection[str] = ()
) -> Block:
    """A field in which any number of *options* (value, label) is chosen; their values come back as words."""
    offered = [{"text": plain(text), "value": value} for value, text in options]
    element: Block = {"type": "checkboxes", "action_id": name, "options": offered}
    chosen = [option for option in offered if option["value"] in initial]
    if chosen:
        element["initial_options"] = chosen
    return {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": True}


def radios(name: str, label: str, options: Sequence[tuple[str, str]], *, initial: str | None = None) -> Block:
    """A field in which one of a few *options* (value, label) is chosen, all of them in sight."""
    made = choice(name, label, options, initial=initial)
    return {**made, "element": {**made["element"], "type": "radio_buttons"}}


def person_choice(
    name: str, label: str, *, initial: str | None = None, hint: str = "", optional: bool = False
) -> Block:
    """A field in which a person is chosen."""
    element: Block = {"type": "users_select", "action_id": name}
    if initial:
        element["initial_user"] = initial
    made: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element}
    return made | ({"hint": plain(hint)} if hint else {}) | ({"optional": True} if optional else {})


def form(callback: str, title: str, submit: str, fields: Sequence[Block], *, about: str) -> Block:
    """A modal form; *about* comes back as private metadata (the incident's reference)."""
    return {
        "type": "modal", "callback_id": callback, "title": plain(fitting(title, 24)),
        "submit": plain(fitting(submit, 24)), "close": plain("Cancel"), "private_metadata": about,
        "blocks": list(fields),
    }  # fmt: skip


def notice(title: str, text: str) -> Block:
    """A form that only says something, to whoever cannot be answered in a channel."""
    return {
        "type": "modal",
        "title": plain(fitting(title, 24)),
        "close": plain("Close"),
        "blocks": sections(text),
    }
