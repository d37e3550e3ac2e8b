"""What a replay types about playbooks: the record names them, and says which step was ticked."""

import re
from collections.abc import Mapping

_STEP = re.compile(r", step (?P<n>\d{1,4}) (?:done|not done after all): ")
"""What the record says of a step (``bot.domain.playbooks``)."""


def posted_or_ticked(text: str, told: Mapping[str, str]) -> str:
    """The command that posts a playbook, ticks one of its steps or takes the tick off; *text* is what was recorded."""
    if told["step"] == "posted":
        return f"playbook {told['playbook']} --again"
    found = _STEP.search(text)
    return f"playbook {told['playbook']} {told['step']} {found['n']}" if found else ""
