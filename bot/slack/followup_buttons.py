"""The buttons below what is said about follow-ups; their values hold the reference and the number."""

from collections.abc import Sequence

from bot.domain.followup import FollowUp, Notice, State
from bot.slack import blocks
from bot.slack.blocks import Block


def of_notice(ref: str, item: FollowUp, what: Notice, *, alone: bool) -> Block:
    """What whoever reads of it may do at once; *alone*: it is the only one in its message."""
    about = f"{ref} {item.n}"
    if what is Notice.BUDGET:
        return blocks.actions(
            blocks.button("Approve", "followup_approve", about, style="primary"),
            blocks.button("Refuse", "followup_refuse_form", about),
        )
    if what is not Notice.DUE:
        return blocks.actions(blocks.button("New date", "followup_due_form", about))
    blocked = item.state is State.BLOCKED
    row = [
        blocks.button("Done", "followup_done_form", about, style="primary"),
        blocks.button("Unblock", "followup_unblock", about)
        if blocked
        else blocks.button("Block", "followup_block_form", about),
        blocks.button("New date", "followup_due_form", about),
    ]
    return blocks.actions(*row, *([later(ref, (item.n,))] if alone else ()))


def all_later(ref: str, items: Sequence[FollowUp]) -> Block:
    """The button that puts off all of *items*."""
    return blocks.actions(later(ref, [item.n for item in items]))


def later(ref: str, numbers: Sequence[int]) -> Block:
    """The button that puts off the reminder of these."""
    return blocks.button("Remind me tomorrow", "followup_later", f"{ref} {','.join(map(str, numbers))}")
