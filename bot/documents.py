"""Postmortem drafts, made from the record."""

import logging
from collections.abc import Mapping, Sequence

from bot import render
from bot.domain import postmortem
from bot.domain.filenames import file_name
from bot.domain.incident import Incident, severity_of
from bot.domain.mrkdwn import Names, escaped
from bot.domain.nearest import nearest
from bot.domain.policy import Policy
from bot.domain.postmortem import Draft
from bot.domain.refusal import NoSuchIncident, UnknownFormat
from bot.domain.refusal_documents import UnknownOutput
from bot.domain.timeline import Entry
from bot.domain.timers import Made, MadeFile, Trouble
from bot.formats import FORMATS, MARKDOWN, OUTPUTS
from bot.formats.typeset import CannotSet
from bot.store.rows import entry_of
from bot.transaction import Transactions

log = logging.getLogger(__name__)
LARGEST = 6_000_000
"""Bytes of a file that goes to Slack through the outbox, where it stands as base64, a third longer, until it is sent.
A PDF of 10,000 entries has 3 MB; Slack itself takes 1 GB."""
BATCH = 2_000
"""Entries that are read at once: whoever builds more meanwhile, PostgreSQL takes for one who has gone."""


class Documents:
    """Makes drafts."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def check_policy(self) -> list[str]:
        """A sentence for each format, and each kind of file, that the policy names and nobody knows."""
        policy = self._tx.policy
        formats = [
            f"The policy: postmortem.formats.{severity.level} is {severity.format!r}; the formats are: "
            f"{', '.join(FORMATS)}."
            for severity in policy.severities.values()
            if severity.format not in FORMATS
        ]
        kinds = [
            f"The policy: postmortem.files has {kind!r}; the kinds of files are: {', '.join(OUTPUTS)}."
            for kind in policy.draft_files
            if kind not in OUTPUTS
        ]
        return [*formats, *kinds]

    def format_named(self, word: str) -> str:
        """The format that a person's word means. Raises UnknownFormat."""
        name = word.lower()
        if name not in FORMATS:
            near = nearest(name, sorted(FORMATS)) or "sre"
            raise UnknownFormat(given=word, known=", ".join(FORMATS), near=near)
        return name

    def kinds_named(self, words: str) -> tuple[str, ...]:
        """The kinds of files that a person's words mean, with commas between them. Raises UnknownOutput."""
        kinds = [word.strip().lower().lstrip(".") for word in words.split(",") if word.strip()]
        for kind in kinds:
            if kind not in OUTPUTS:
                near = nearest(kind, sorted(OUTPUTS)) or "pdf"
                raise UnknownOutput(given=kind, known=", ".join(OUTPUTS), near=near)
        return tuple(dict.fromkeys(kinds))

    def make(
        self,
        ref: str,
        format: str | None = None,  # noqa: A002 - the field's word
        *,
        kinds: Sequence[str] | None = (),
        largest: int = LARGEST,
    ) -> Made:
        """The draft of an incident; *format* None: the one asked for, else its severity's. Raises NoSuchIncident.

        *kinds*: what files it is made as besides, none larger than *largest* bytes; None: those asked for, else the
        policy's. Where one cannot be made, that is said, and the Markdown is among the files.
        """
        incident, entries, names = whole_record(self._tx, ref)
        policy = self._tx.policy
        name = self.format_named(format or incident.draft_format or severity_of(incident, policy).format)
        draft = postmortem.draft(incident, entries, policy=policy, names=names)
        number = incident.drafts + 1
        title = f"{incident.ref} postmortem draft {number} ({name})"
        markdown = FORMATS[name].render(draft)
        wanted = (incident.draft_files or policy.draft_files) if kinds is None else kinds
        made, trouble = _as_files(wanted, draft, name, markdown, paper=policy.paper, largest=largest)
        return Made(
            file=file_name(incident.ref, name, "draft", str(number), suffix=FORMATS[name].suffix),
            title=title,
            format=name,
            content=markdown,
            prompts=len(FORMATS[name].topics & draft.prompts.keys()),
            files=tuple(
                MadeFile(
                    name=file_name(incident.ref, name, "draft", str(number), suffix=kind),
                    title=title if kind == MARKDOWN else f"{title}, {OUTPUTS[kind]}",
                    kind=kind,
                    content=content,
                )
                for kind, content in made.items()
            ),
            trouble=tuple(trouble),
        )


def _as_files(
    kinds: Sequence[str], draft: Draft, name: str, markdown: str, *, paper: str, largest: int
) -> tuple[dict[str, bytes], list[Trouble]]:
    """*draft* as each of *kinds*, and why not as one; whatever goes wrong with one, the others are made."""
    made: dict[str, bytes] = {}
    trouble: list[Trouble] = []
    for kind in kinds:
        why = ""
        try:
            content = FORMATS[name].made_as(kind, draft, paper=paper, markdown=markdown)
        except CannotSet as error:
            why = str(error)
            log.warning("%s: no %s: %s", draft.ref, OUTPUTS[kind], error)
        except Exception:
            why = "a mistake of ours, which the log tells"
            log.exception("%s: no %s", draft.ref, OUTPUTS[kind])
        else:
            if kind != MARKDOWN and len(content) > largest:
                why = f"it has {len(content) / 1e6:.1f} MB, and {largest / 1e6:.0f} MB go to Slack at most"
        if why:
            trouble.append(Trouble(kind=kind, name=OUTPUTS[kind], why=why))
        else:
            made[kind] = content
    if trouble and MARKDOWN not in made:
        made = {MARKDOWN: markdown.encode("utf-8", "replace"), **made}
    return made, trouble


def whole_record(transactions: Transactions, ref: str) -> tuple[Incident, list[Entry], Names]:
    """An incident, all its entries, and what the ids in them are called. Raises NoSuchIncident.

    A long record takes seconds to go through: no transaction is open meanwhile, which PostgreSQL would end.
    """
    with transactions.read() as tx:
        incident = tx.incident(ref)
    if incident is None:
        raise NoSuchIncident(given=ref)
    entries = _entries(transactions, ref)
    texts = [incident.title, incident.summary or "", incident.root_cause or "", incident.resolution or ""]
    texts += [entry.text for entry in entries]
    texts += [str(version["text"]) for entry in entries for version in entry.versions]
    people = {entry.author for entry in entries if entry.author}
    people |= {incident.declared_by, incident.commander, *incident.roles.values()}
    people |= {str(entry.data[side]) for entry in entries for side in ("from", "to") if entry.data.get(side)}
    with transactions.read() as tx:
        return incident, entries, transactions.names(tx, texts, people)


def _entries(transactions: Transactions, ref: str) -> list[Entry]:
    """The record in order of occurrence, read in batches, each in a transaction of its own."""
    entries: list[Entry] = []
    while True:
        with transactions.read() as tx:
            rows = tx.entry_rows(ref, after=entries[-1].id or 0 if entries else 0, limit=BATCH)
        entries += [entry_of(row) for row in rows]
        if len(rows) < BATCH:
            return sorted(entries, key=lambda entry: (entry.at, entry.id))


def pre_approved(policy: Policy) -> Mapping[str, str]:
    """The pre-approved text for customers of each phase, in Slack's encoding (R-TPL-1).

    What operators wrote into the policy is text and never a template with code (RELIABILITY S4).
    """
    return {
        phase: escaped(own.text.strip() or render.document(f"status/{phase}.j2", {}).strip())
        for phase, own in policy.status_texts.items()
    }
