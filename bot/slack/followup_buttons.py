"""The buttons below what is said about follow-ups; their values hold the reference and the number."""

from collections.abc import Sequence

from bot.domain.followup import FollowUp, Notice, State
from bot.domain.followup_times import BUDGET, SCOPE, waiting
from bot.slack import blocks, followup_rows
from bot.slack.blocks import Block

ASKED = {Notice.BUDGET: BUDGET, Notice.SCOPE: SCOPE}


def of_notice(ref: str, item: FollowUp, what: Notice, *, alone: bool) -> Block | None:
    """What whoever reads of it may do at once, be it to see all of it; *alone*: it is the only one in its message.

    None: nothing can be done any more.
    """
    if what in ASKED:
        asked = waiting(item, ASKED[what])
        return followup_rows.decision_row(ref, item.n, asked.n if asked else None)
    if what is Notice.LACKS:
        return followup_rows.row(ref, item)
    if what is Notice.DUE:
        return _of_date(ref, item, alone=alone)
    return blocks.actions(blocks.button(f"Follow-up {item.n}", "followup_show", f"{ref} {item.n}"))


def _of_date(ref: str, item: FollowUp, *, alone: bool) -> Block:
    """What an owner may do who is reminded of the date."""
    about = f"{ref} {item.n}"
    done = blocks.button("Done", "followup_done_form", about, style="primary")
    block = blocks.button("Block", "followup_block_form", about)
    if item.state is State.PROPOSED:
        done = blocks.button("Accept", "followup_accept", about, style="primary")
    if item.state is State.BLOCKED:
        block = blocks.button("Unblock", "followup_unblock", about)
    row = [done, block, blocks.button("New date", "followup_due_form", about)]
    return blocks.actions(*row, *([later(ref, (item.n,))] if alone else ()))


def all_later(ref: str, items: Sequence[FollowUp]) -> Block:
    """The button that puts off all of *items*."""
    return blocks.actions(later(ref, [item.n for item in items]))


def later(ref: str, numbers: Sequence[int]) -> Block:
    """The button that puts off the reminder of these."""
    return blocks.button("Remind me tomorrow", "followup_later", f"{ref} {','.join(map(str, numbers))}")
