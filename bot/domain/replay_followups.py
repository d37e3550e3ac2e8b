"""What a replay types about follow-ups: ``followup add …`` with all that the record holds, and what became of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.replay_cast import handle

_OPTIONS = (
    ("priority", "p"), ("budget", "budget"), ("dependencies", "deps"), ("success_criteria", "criteria"),
    ("horizon", "horizon"), ("action", "action"),
)  # fmt: skip
_PRIORITIES = ("high", "medium", "low")
_STEPS = {
    "accepted": "accept", "started": "start", "done": "done", "dropped": "drop", "reopened": "reopen",
}  # fmt: skip
"""What an entry says was done, to the word that is typed for it behind ``followup``."""
_WITH_WORDS = frozenset({"done", "dropped", "reopened"})


class FollowUps:
    """The follow-ups of a replay, whose numbers are counted anew as they are typed."""

    def __init__(
        self, items: Sequence[Mapping[str, Any]], stated: Mapping[str, str], people: Mapping[str, str]
    ) -> None:
        """Of *items*, the action items of a file, with what it has *stated* of them; *people*: id to name."""
        self._items = {item.get("n"): item for item in items}
        self._stated, self._people = stated, people
        self._typed: dict[Any, int] = {}

    def entered(self) -> Iterator[str]:
        """What is typed for those of a record that we did not keep, as far as they were known while it lasted.

        An item without owner or date is never accepted (R-AI-5): it is added, and that is all.
        """
        for n, item in self._items.items():
            if item.get("entered") == "during":
                yield self._add(n, item)
                if item.get("status") in ("open", "done") and self._owner(item) and item.get("due"):
                    yield f"followup {'accept' if item['status'] == 'open' else 'done'} {self._typed[n]}"

    def step(self, told: Mapping[str, str]) -> str:
        """The command that does a step of one of ours again; "" where none does. *told*: what is stated of it."""
        n = int(told["n"]) if told["n"].isdecimal() else 0
        if told["step"] == "added" and self._stated.get(f"followup {n} origin"):
            self._typed[n] = len(self._typed) + 1  # the bot adds it by itself
            return ""
        if told["step"] == "added":
            return self._add(n, self._first(n)) if n in self._items else ""
        word, number = _STEPS.get(told["step"]), self._typed.get(n)
        if word is None or number is None:
            return ""
        return f"followup {word} {number} {told['reason'] if told['step'] in _WITH_WORDS else ''}".strip()

    def _first(self, n: int) -> Mapping[str, Any]:
        """The item with the date that it first had, and its horizon as it was typed."""
        kept = {"due": "first_due_on", "horizon": "horizon"}
        told = {key: self._stated.get(f"followup {n} {name}") for key, name in kept.items()}
        return {**self._items[n], **{key: text for key, text in told.items() if text}}

    def _add(self, n: Any, item: Mapping[str, Any]) -> str:
        self._typed[n] = len(self._typed) + 1
        words = ["followup add", _one_line(item["title"])]
        words += [f"owner=@{handle(owner)}"] if (owner := self._owner(item)) else []
        words += [f"due={item['due']}"] if item.get("due") else []
        for key, name in _OPTIONS:
            text = _one_line(item.get(key) or "")
            text = _priority(text) if key == "priority" else text
            if text and not (key == "action" and text == words[1]):
                words.append(f'{name}="{text}"')
        return " ".join(words)

    def _owner(self, item: Mapping[str, Any]) -> str:
        """The id of the owner; "" where nobody in the file is called so."""
        owner = item.get("owner")
        return next((who for who, name in self._people.items() if owner and owner in (name, who)), "")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace('"', "”").strip()


def _priority(text: str) -> str:
    first = text.lower().partition(" ")[0]
    return first if first in _PRIORITIES else ""
