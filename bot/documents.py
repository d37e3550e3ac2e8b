"""Postmortem drafts, made from the record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot import render
from bot.domain import external_draft, postmortem, stages
from bot.domain.canvas import canvas_markdown, heading
from bot.domain.contents import PICTURES
from bot.domain.copies import Copy
from bot.domain.drafting import check_external, default_format, draft_for
from bot.domain.filenames import file_name
from bot.domain.incident import Incident
from bot.domain.markdown import inline
from bot.domain.mrkdwn import Names, escaped, plain
from bot.domain.nearest import nearest
from bot.domain.parts import Audience
from bot.domain.policy import Policy
from bot.domain.prompts import Prompt
from bot.domain.recurrence import Recurrence
from bot.domain.refusal import NoSuchIncident, UnknownFormat
from bot.domain.refusal_documents import UnknownOutput
from bot.domain.timeline import Entry
from bot.domain.timers import Made
from bot.formats import FORMATS, MARKDOWN, OUTPUTS, PICTURE, Frame, framed
from bot.formats.filed import filed
from bot.store.rows import entry_of
from bot.transaction import Transactions

PROMPT = "_[to write: "
"""What each prompt of a draft begins with (rule 5 of the layout)."""
BATCH = 2_000
"""Entries that are read at once: whoever builds more meanwhile, PostgreSQL takes for one who has gone."""


class Documents:
    """Makes drafts."""

    def __init__(self, transactions: Transactions) -> None:
        """Work in *transactions*."""
        self._tx = transactions

    def check_policy(self) -> list[str]:
        """A sentence for each format, and each kind of file, that the policy names and nobody knows."""
        formats = [
            f"The policy: postmortem.formats.{severity.level} is {severity.format!r}; the formats are: "
            f"{', '.join(FORMATS)}."
            for severity in self._tx.policy.severities.values()
            if severity.format not in FORMATS
        ]
        kinds = [
            f"The policy: postmortem.files has {kind!r}; the kinds of files are: {', '.join(OUTPUTS)}."
            for kind in self._tx.policy.draft_files
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
        audience: Audience | None = None,
        *,
        kinds: Sequence[str] | None = (),
        sent: bool = True,
        answered: Collection[str] = (),
        text: str | None = None,
    ) -> Made:
        """The draft of an incident, in the *format* and for the *audience* asked for here, else before.

        *kinds*: the files that it is made as besides; None: those asked for before, else the policy's. *sent*: they are
        to go to Slack, which bounds their size. *answered*: topics whose prompts people replaced by a text in a file of
        theirs; these are not asked again. *text*: the Markdown to make the files from, where people have written into
        an earlier draft. Raises NoSuchIncident, and the refusals of a draft for customers.
        """
        incident, entries, names = whole_record(self._tx, ref)
        policy = self._tx.policy
        name = self.format_named(format or incident.draft_format or default_format(incident, policy))
        wanted = (incident.draft_files or policy.draft_files) if kinds is None else kinds
        if (audience or draft_for(incident)) is Audience.EXTERNAL:
            made, frame = self._external(incident, entries, names, name, answered)
        else:
            copies = self._copies(ref, pictures=any(kind != MARKDOWN for kind in wanted))
            made, frame = self._internal(incident, entries, names, name, answered, copies=copies)
        if text is not None:
            made = replace(made, content=text, prompts=text.count(PROMPT))
        made = filed(made, frame, wanted, sent=sent)
        if made.external or not sent:
            return made
        return replace(made, canvas=_canvas(made, frame, incident.drafts + 1))

    def _copies(self, ref: str, *, pictures: bool) -> list[Copy]:
        """What was copied of what people shared; the bytes of *pictures* only where a file is to show them."""
        with self._tx.read() as tx:
            return tx.files.of_incident(ref, contents=PICTURES if pictures else ())

    def _recurring(self, incident: Incident) -> Recurrence:
        """What recurs, with titles in which people are called by their names."""
        with self._tx.read() as tx:
            again = self._tx.recurring(tx, incident)
            names = self._tx.names(tx, [past.title for past in again.before])
        before = (replace(past, title=escaped(plain(past.title, names))) for past in again.before)
        return replace(again, before=tuple(before))

    def _internal(
        self,
        incident: Incident,
        entries: list[Entry],
        names: Names,
        name: str,
        answered: Collection[str],
        *,
        copies: Sequence[Copy],
    ) -> tuple[Made, Frame]:
        policy, number = self._tx.policy, incident.drafts + 1
        draft = postmortem.draft(
            incident,
            entries,
            policy=policy,
            names=names,
            clock=policy.clocks[name],
            copies=copies,
            again=self._recurring(incident),
        )
        draft = replace(draft, prompts=_left(draft.prompts, answered))
        content = FORMATS[name].render(draft)
        file = file_name(incident.ref, name, "draft", str(number), suffix=MARKDOWN)
        made = Made(
            file=file,
            title=f"{incident.ref} postmortem draft {number} ({name})",
            format=name,
            content=content,
            prompts=len(FORMATS[name].topics & draft.prompts.keys()),
            asked={topic: inline(prompt.question) for topic, prompt in draft.prompts.items()},
        )
        return made, framed(draft, policy.paper)

    def _external(
        self, incident: Incident, entries: list[Entry], names: Names, name: str, answered: Collection[str]
    ) -> tuple[Made, Frame]:
        """One document whatever the format, which decides its clock alone."""
        policy, number = self._tx.policy, incident.drafts + 1
        check_external(incident)
        clock = policy.clocks[name]
        built = external_draft.build(incident, entries, policy=policy, names=names, clock=clock)
        left = tuple(question for question in built.draft.prompts if question not in answered)
        draft = replace(built.draft, prompts=left)
        made = Made(
            file=file_name(incident.ref, "external-draft", str(number), suffix=MARKDOWN),
            title=f"{incident.ref} external draft {number}",
            format=name,
            content=render.document("postmortem/external.md.j2", {"d": draft}),
            prompts=len(left),
            asked={question: inline(question) for question in left},
            external=True,
            remarks=built.remarks,
        )
        day = postmortem.as_of(incident, entries).replace(hour=0, minute=0, second=0, microsecond=0)
        told = built.draft
        return made, Frame(
            title=told.title,
            ref=told.ref,
            author=told.organisation,
            classification="",
            dated=day,
            paper=policy.paper,
        )


def _canvas(made: Made, frame: Frame, number: int) -> str:
    """The draft as a canvas takes it; with a word about where the timeline is drawn, if it is no file of its own."""
    kinds = {file.kind: file.name for file in made.files if file.kind != MARKDOWN and frame.picture}
    drawn = "" if PICTURE in kinds else next(iter(kinds.values()), "")
    return canvas_markdown(made.content, head=heading(frame.ref, number), file=made.file, drawn=drawn)


def _left(prompts: Mapping[str, Prompt], answered: Collection[str]) -> Mapping[str, Prompt]:
    return {topic: prompt for topic, prompt in prompts.items() if topic not in answered}


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
    people |= stages.people(incident.review) | (
        {incident.postmortem_owner} if incident.postmortem_owner else set()
    )
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
        phase: escaped(own.text.strip() or render.document(f"status/{phase}.j2", {}, policy.command).strip())
        for phase, own in policy.status_texts.items()
    }
