"""The buttons of a follow-up wherever it is shown: what can be done with it as it stands. Values: reference, number."""

from collections.abc import Sequence

from bot.domain.followup import ENDED, FollowUp, State
from bot.slack import blocks
from bot.slack.blocks import Block


def row(ref: str, item: FollowUp) -> Block | None:
    """What can be done with *item* of the incident *ref*; None: nothing by a button.

    What asks for something, or shows what is to be confirmed, opens a form.
    """
    if item.taken_back or item.moved_to or item.state in ENDED:
        return None
    value = f"{ref} {item.n}"
    return blocks.actions(
        *(blocks.button(label, action, value, style=style) for label, action, style in _offered(item))
    )


def _offered(item: FollowUp) -> list[tuple[str, str, str | None]]:
    """Label, action and style of each button, the likeliest first."""
    done = ("Done", "followup_done_form", "primary")
    block = ("Block", "followup_block_form", None)
    begin = [("Start", "followup_start", None)]
    after = [("New date", "followup_due_form", None), ("Edit", "followup_edit_form", None)]
    match item.state:
        case State.PROPOSED if item.lacks:
            return [("Fill in", "followup_edit_form", "primary")]
        case State.PROPOSED:
            return [("Accept", "followup_accept", "primary"), ("Edit", "followup_edit_form", None)]
        case State.BLOCKED:
            return [("Unblock", "followup_unblock", "primary"), ("Done", "followup_done_form", None), *after]
        case State.OPEN:
            return [done, *begin, block, *after]
    return [done, block, *after]


def decision_row(ref: str, n: int, request: int | None) -> Block:
    """What whoever may decide can say to a change that waits: the very one that is shown, and none that is newer.

    None: none waits any more, which a click is told.
    """
    value = f"{ref} {n} {request}" if request else f"{ref} {n}"
    return blocks.actions(
        blocks.button("Approve", "followup_approve", value, style="primary"),
        blocks.button("Refuse", "followup_refuse_form", value),
    )


MOST = 10
"""Follow-ups below a list that have a button of their own: the first ones, which are due first."""


def of_many(ref: str, shown: Sequence[tuple[str, int]], *, has_file: bool = True) -> list[Block]:
    """A button for each of *shown* (reference, number) that shows it with its own buttons; add one, and all as a file.

    *ref*: the incident that the list is of; "": it is of all, and the form of a new one asks of which.
    """
    turns = [
        blocks.button(
            f"Follow-up {n}" if ref else f"Follow-up {n} of {of}", f"followup_show:{of}:{n}", f"{of} {n}"
        )
        for of, n in shown[:MOST]
    ]
    file = [blocks.button("As a file", "followup_export", ref)] if has_file else []
    below = blocks.actions(blocks.button("Add a follow-up", "followup_form", ref), *file)
    return [*([blocks.actions(*turns)] if turns else []), below]
