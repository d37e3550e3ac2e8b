"""Wording: pointed at, never changed; quotes stay word for word (BL-1 to BL-5, R-SIMPLE-1).

Words that judge people, names where a role would do, guesses, adjectives of speed beside what the times say.
"""

import re
from collections.abc import Iterator, Sequence

from bot.domain import external, metrics, steps
from bot.domain.draft_record import Record
from bot.domain.lint_rule import Remark
from bot.domain.lint_text import passages, quote
from bot.domain.timeline import Entry, Kind
from bot.domain.times import print_duration

_ANYWHERE = (
    "should have", "could have", "forgot", "careless", "carelessly", "human error", "mistake by", "fault of", "blame",
    "blamed", "negligent", "incorrectly assumed", "why did you",
)  # fmt: skip
_IN_REVIEWS = ("obviously", "simply", "just")
"""Words that judge in a text of the review, and are small talk in a channel."""
_PEOPLE = r"(?:he|she|they|we|you|i|team|engineers?|responders?|operators?|developers?|on-?call|nobody)"
_FAILED = rf"\b{_PEOPLE}\s+(?:\w+\s+)?failed to\b"
_NEGATIVE = (
    r"(?:missed|ignored|broke|caused|forgot|failed|overlooked|neglected|misread|misunderstood|misconfigured|"
    r"deleted the wrong|assumed wrongly|wrongly assumed|did ?n[o']t|didn’t|never|was wrong|was careless)"
)
_SPOKEN = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in _ANYWHERE) + f"|{_FAILED}", re.IGNORECASE)
_WRITTEN = re.compile(
    "|".join(rf"\b{re.escape(word)}\b" for word in (*_ANYWHERE, *_IN_REVIEWS)) + rf"|{_FAILED}|^failed to\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\bgit\s+blame\b|\bnot\s+(?:just|simply)\b|\bjust\s+(?:in\s+time|over|under)\b", re.IGNORECASE
)
_ASSUMED = re.compile(
    r"\b(?:incorrectly|wrongly) assumed\s+(?:that\s+)?(?P<what>[^,.;:]+?)(?=\s+(?:and|which|so|leading)\b|[,.;:]|$)",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"\b(?:likely|probably|possibly|presumably|perhaps|maybe|may have|might have|suspected|suspect|we believe|"
    r"appears to have|seems to have|assumed to)\b",
    re.IGNORECASE,
)
_SPEED = re.compile(
    r"\b(?P<word>promptly|immediately|quickly|swiftly|rapidly|instantly|without delay)\b(?:\s+\w+){0,2}\s+"
    r"(?:correct|fix|resolv|restor|detect|identif|respond|escalat|mitigat|roll|notif|inform|act|address|repair)\w*"
    r"|\b(?:correct|fix|resolv|restor|detect|identif|respond|escalat|mitigat|notif|inform|acted|address|repair)\w*"
    r"(?:\s+\w+){0,2}\s+(?P<after>promptly|immediately|quickly|swiftly|rapidly|instantly|without delay)\b",
    re.IGNORECASE,
)
_TOLD = ("summary", "cause", "fix")
"""What tells of what happened; plans may say "immediately"."""
SHORTEST_NAME = 3
_TEAM = re.compile(r"\b(?:team|group|bot|support|operations)\b", re.IGNORECASE)
_BLAMELESS = ("cause", "factor", "lesson")
"""Sections that speak of roles, not of people (BL-1)."""


def judging(record: Record) -> Iterator[Remark]:
    """Words that judge, in quotes of people and in the review, and a neutral wording to take or leave (BL-2, BL-3)."""
    by_name = _by_name(people(record))
    for entry in record.shown:
        said = record.said(entry)
        if entry.kind is not Kind.ALERT and (word := _judged(said, _SPOKEN, by_name)):
            where = (
                f"The entry of {record.stamp(entry.at, entry.precision)} says “{word}”: kept word for word."
            )
            yield Remark(rule="BL-2", text=f"{where} {_offered(said, record.policy.command)}")
    for passage in passages(record):
        if word := _judged(passage.text, _WRITTEN, by_name):
            offered = _offered(passage.text, record.policy.command)
            text = f"{passage.where} says “{word}” in {quote(passage.text)}. {offered}"
            yield Remark(rule="BL-2", text=text)


def _judged(text: str, words: re.Pattern[str], by_name: re.Pattern[str] | None) -> str:
    """The words in *text* that judge: of the list, or a name and what its bearer is said to have done wrong."""
    plain = _HARMLESS.sub("", text)
    found = words.search(plain) or (by_name.search(plain) if by_name else None)
    return found[0] if found else ""


def _by_name(known: Sequence[str]) -> re.Pattern[str] | None:
    names = "|".join(re.escape(name) for name in known)
    return re.compile(rf"\b(?:{names})\b(?:\s+\w+)?\s+{_NEGATIVE}\b") if names else None


def _offered(text: str, command: str) -> str:
    """A neutral wording: never applied. What was assumed can be kept as a hypothesis that was rejected (R-SIMPLE-1)."""
    if found := _ASSUMED.search(text):
        return (
            f"Neutral: “The working hypothesis was {found['what'].strip()}; the evidence at the time pointed to it "
            f"(what was visible: …)”. It can be kept as a hypothesis: {command} note hypothesis: … outcome=rejected."
        )
    return "Neutral: “The evidence at the time pointed to … (what was visible: …)”."


def people(record: Record) -> list[str]:
    """The names that the record knows, the longest first; words that are only a role are none."""
    known = set(record.names.people.values()) | {
        person["name"] for person in record.incident.header.get("people", ()) if person.get("name")
    }
    ids = [*record.names.people, *(person["id"] for person in record.incident.header.get("people", ()))]
    named = {record.name(person) for person in ids} & known
    return sorted((name for name in named if _is_name(name)), key=lambda name: (-len(name), name))


def _is_name(name: str) -> bool:
    """Whether it looks like a person's: teams are told from people by their words."""
    return len(name) >= SHORTEST_NAME and not _TEAM.search(name)


def names(record: Record) -> Iterator[Remark]:
    """A person's name in a section of causes, factors or lessons, with the role that would do (BL-1)."""
    roles = _roles(record)
    for passage in passages(record):
        if passage.about not in _BLAMELESS:
            continue
        for name in people(record):
            if re.search(rf"\b{re.escape(name)}\b", passage.text):
                role = roles.get(name) or "a role"
                where = f"{passage.where} names {name} in {quote(passage.text)}."
                yield Remark(
                    rule="BL-1", text=f"{where} Instead: “the {role}”." if roles.get(name) else where
                )


def _roles(record: Record) -> dict[str, str]:
    ids = [*record.names.people, *(person["id"] for person in record.incident.header.get("people", ()))]
    found = {record.name(person): ", ".join(record.roles(person)) for person in ids}
    return {name: roles.split(";")[0] for name, roles in found.items() if name and roles}


def guesses(record: Record) -> Iterator[Remark]:
    """Words of a guess about the cause: they are kept, and somebody may be able to confirm it (AD-3)."""
    for passage in passages(record):
        if passage.about == "cause" and (found := _GUESS.search(passage.text)):
            sentence = _sentence(passage.text, found.start())
            yield Remark(
                rule="AD-3",
                text=f"{passage.where}: {quote(sentence)} is a guess (“{found[0]}”) and stays one. Who can confirm it?",
            )


def _sentence(text: str, at: int) -> str:
    """The sentence of *text* that goes over *at*."""
    start = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
    end = text.find(". ", at)
    return text[start : end + 1 if end >= 0 else len(text)]


def speed(record: Record) -> Iterator[Remark]:
    """“Promptly” and the like beside what the times say."""
    computed = steps.how_fast(record.points)
    for passage in passages(record):
        if passage.about in _TOLD and computed and (found := _SPEED.search(passage.text)):
            word = found["word"] or found["after"]
            said = ", ".join(
                f"{print_duration(step.length, long=True)} from {step.start} to {step.end}"
                for step in computed
            )
            told = quote(_sentence(passage.text, found.start()))
            yield Remark(rule="LINT-3", text=f"{passage.where} says “{word}” in {told}; computed: {said}.")


def outage(record: Record) -> Iterator[Remark]:
    """“Outage” in what customers read, where not everything was down (BL-5)."""
    sent: Sequence[Entry] = [e for e in metrics.externals(record.entries) if metrics.is_kept(e)]
    for entry in sent:
        if "outage" in external.hints(record.incident, entry.text):
            share = external.share(record.incident)
            known = f"affected were {share}" if share else "the share of customers affected is not recorded"
            text = f"The update for customers of {record.stamp(entry.at)} says “outage”; {known}."
            yield Remark(rule="BL-5", text=text)
