"""Forms in which the postmortem is written: ``postmortem write``, the button "Write", and what comes back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain import cutting, single
from bot.domain.filling import Clash, Given, base
from bot.domain.incident import Incident
from bot.domain.mrkdwn import NOBODY, escaped, plain
from bot.domain.nearest import nearest
from bot.domain.refusal import OutOfDate, shorten
from bot.domain.refusal_writing import NothingWritten, TooLongForAForm, UnknownTopic
from bot.domain.times import parse_iso, print_iso
from bot.domain.topic_fields import FORMS, Form, fields, form_of, given, length, names, whole
from bot.domain.topic_items import Item
from bot.domain.topic_places import items_of
from bot.domain.topics import TOPICS, Topic, find
from bot.domain.words import parse
from bot.domain.writing import index
from bot.slack import blocks
from handlers.asking import Asked, at_field, incident_here, moment
from handlers.routes import DONE, Reply, Request, Routes, UseCases
from handlers.steps import Steps

routes = Routes()
steps = Steps()
SHOWN_OF_THEIRS = 1_500
"""Characters that a form shows of what another person wrote meanwhile."""
_NUMBER = re.compile(r"#?(\d{1,6})", re.ASCII)
_TIME = "%Y-%m-%d %H:%M:%S"


@steps.step("write", usage="[topic]")
def write(asked: Asked, request: Request, use: UseCases) -> Reply:
    """A form about one topic and those that go with it; without a topic, the choice of a form."""
    words = parse(asked.text)
    if not words.verb:
        return _which(asked.incident)
    if words.verb in FORMS:
        return _topics(asked.incident, FORMS[words.verb], use)
    topic = _topic(words.verb)
    if not topic.is_form:
        if fields(topic.name, whole(asked.incident, topic, use.writing.names(asked.incident))) is None:
            size = f"{length(whole(asked.incident, topic)):,}"
            raise TooLongForAForm(label=topic.label, topic=topic.name, length=size)
        return _topics(asked.incident, form_of(topic), use)
    number = _NUMBER.fullmatch(words.rest)
    item = items_of(asked.incident, topic)[index(asked.incident, topic, int(number[1]))] if number else None
    return _single(asked.incident, topic, item, request, use)


def _topic(word: str) -> Topic:
    """The topic that *word* means. Raises UnknownTopic, which knows the names of forms too."""
    try:
        return find(word, step="write").topic
    except UnknownTopic as error:
        near = nearest(word, list(FORMS)) or str(error.facts["near"])
        raise UnknownTopic(given=word, known=names(), step="write", near=near) from error


@routes.button("write_form", verb="postmortem")
def choose(request: Request, use: UseCases) -> Reply:
    """The draft's "Write": the choice of a form."""
    return _which(incident_here(request, use))


def _which(incident: Incident) -> Reply:
    alone = [topic for topic in TOPICS.values() if topic.is_form]
    options = [(form.name, form.title) for form in FORMS.values()]
    options += [(topic.name, topic.label) for topic in alone]
    fields = [blocks.choice("about", "What is it about?", options, initial="causes")]
    return Reply(form=blocks.form("write_which", "Write", "Next", fields, about=incident.ref))


@routes.form("write_which", verb="postmortem", typed="postmortem add lesson what was learned")
def chosen(request: Request, use: UseCases) -> Reply:
    """The form that was chosen takes the place of the choice."""
    incident, name = incident_here(request, use), request.fields["about"]
    if name in FORMS:
        return _topics(incident, FORMS[name], use)
    return _single(incident, TOPICS[name], None, request, use)


# Several topics


def _topics(incident: Incident, form: Form, use: UseCases) -> Reply:
    """A field for each topic, filled with what is known; what is too long for one is named above."""
    known = use.writing.names(incident)
    texts = {name: whole(incident, TOPICS[name], known) for name in form.topics}
    bases = {name: base(incident, TOPICS[name], known) for name in form.topics}
    return _form(incident, form, texts, bases)


def _form(
    incident: Incident, form: Form, texts: Mapping[str, str], bases: Mapping[str, str], **facts: Any
) -> Reply:
    made: list[blocks.Block] = []
    too_long: list[Topic] = []
    for name, text in texts.items():
        cut = fields(name, text)
        made += [_field(TOPICS[name], key, piece) for key, piece in cut or ()]
        too_long += [] if cut else [TOPICS[name]]
    about = " ".join([incident.ref, form.name, *(f"{name}={mark}" for name, mark in bases.items())])
    view = blocks.form("write_topics", form.title, "Save", made, about=about)
    if not (facts or too_long):
        return Reply(form=view)
    return Reply(template="reply_write_form", facts={"too_long": too_long, "clashes": (), **facts}, form=view)


def _field(topic: Topic, key: str, text: str) -> blocks.Block:
    number = key.partition(".")[2]
    label = f"{topic.label} ({number})" if number else topic.label
    hint = "" if number else _hint(topic)
    return blocks.text_input(key, label, initial=text, hint=hint, multiline=True)


def _hint(topic: Topic) -> str:
    """How it is written, by example."""
    if topic.is_text:
        return ""
    heading, _, rest = topic.example.partition(": ")
    if topic.shape.headed:
        return f"One a line. A line that ends with a colon is a heading: “{heading}:”, below it “{rest}”."
    return f"One a line, like “{topic.example}”."


@routes.form("write_topics", verb="postmortem", typed="postmortem add lesson what was learned")
def keep(request: Request, use: UseCases) -> Reply:
    """Keep what was changed; where another wrote meanwhile the form stays, with both texts."""
    ref, name, *marks = [*request.value.split(" "), ""]
    incident = incident_here(replace(request, value=ref), use)
    bases = {topic: base for topic, is_one, base in (mark.partition("=") for mark in marks) if is_one}
    if name not in FORMS or not bases.keys() <= TOPICS.keys():
        raise OutOfDate
    texts = {topic: given(topic, request.fields) for topic in bases}
    came = {
        topic: Given(text=plain(text), base=bases[topic]) for topic, text in texts.items() if text is not None
    }
    filled = use.writing.fill(incident.ref, came, by=request.user)
    return _again(filled.change.incident, FORMS[name], filled.clashes, use) if filled.clashes else DONE


def _again(incident: Incident, form: Form, clashes: Sequence[Clash], use: UseCases) -> Reply:
    """The form once more, about what clashed: with one's own text, to be saved over the other knowingly."""
    known = use.writing.names(incident)
    texts = {clash.topic.name: clash.own for clash in clashes}
    bases = {name: base(incident, TOPICS[name], known) for name in texts}
    told = [(clash.topic.label, escaped(shorten_lines(clash.theirs))) for clash in clashes]
    return _form(incident, form, texts, bases, clashes=told)


def shorten_lines(text: str) -> str:
    """The beginning of *text*, its lines kept."""
    return cutting.fitting(text, SHOWN_OF_THEIRS)


# One item with several fields


def _single(incident: Incident, topic: Topic, item: Item | None, request: Request, use: UseCases) -> Reply:
    key = "body" if topic.name == "mail" else "content"
    pieces = fields(key, item[key] if item else "")
    if pieces is None:
        label, size = shorten(str((item or {}).get("title") or topic.label)), f"{length((item or {})[key]):,}"
        raise TooLongForAForm(label=label, topic=topic.name, length=size)
    pieces = pieces if item else [*pieces, (f"{key}.2", "")]
    made = _mail(item or {}, pieces, request, use) if topic.name == "mail" else _evidence(item or {}, pieces)
    about = f"{incident.ref} {topic.name} {single.base(item)}".strip()
    return Reply(form=blocks.form(f"write_{topic.name}", topic.one, "Save", made, about=about))


def _mail(
    item: Item, pieces: Sequence[tuple[str, str]], request: Request, use: UseCases
) -> list[blocks.Block]:
    recipients = ", ".join(item.get("recipients", ()))
    audience = [("external", "Customers and others outside"), ("internal", "People inside")]
    return [
        blocks.text_input("subject", "Subject", initial=item.get("subject") or ""),
        blocks.text_input("to", "To whom", initial=recipients, hint="Several with commas between."),
        blocks.text_input("channel", "By which way", initial=item.get("channel") or "email"),
        blocks.choice("audience", "Who reads it", audience, initial=item.get("audience") or "external"),
        blocks.text_input("at", "When", initial=_sent(item, request, use), hint="Like 12:15 or 2026-03-02 12:15."),
        *_pieces("Text as sent", pieces),
        _cut_off(item),
    ]  # fmt: skip


def _evidence(item: Item, pieces: Sequence[tuple[str, str]]) -> list[blocks.Block]:
    kinds = [(kind, kind.capitalize()) for kind in single.KINDS]
    return [
        blocks.text_input("title", "Title", initial=item.get("title") or "", optional=False),
        blocks.choice("kind", "Kind", kinds, initial=item.get("kind") or "log"),
        *_pieces("Content, word for word", pieces),
        _cut_off(item),
    ]


def _pieces(label: str, pieces: Sequence[tuple[str, str]]) -> list[blocks.Block]:
    """The parts of a long text, each in a field."""
    return [
        blocks.text_input(key, label if n == 1 else f"{label} ({n})", initial=piece, multiline=True)
        for n, (key, piece) in enumerate(pieces, start=1)
    ]


def _cut_off(item: Item) -> blocks.Block:
    options = [(single.CUT_OFF, "It is cut off where I have it from")]
    return blocks.checkboxes(
        "cut", "Complete?", options, initial=options[0][:1] if item.get(single.CUT_OFF) else ()
    )


def _sent(item: Item, request: Request, use: UseCases) -> str:
    """When it was sent, as the caller would type it."""
    at = item.get("at")
    return f"{parse_iso(at).astimezone(use.lookup.zone_of(request.user)):{_TIME}}" if at else ""


@routes.form("write_mail", verb="postmortem", typed="postmortem add mail …")
def keep_mail(request: Request, use: UseCases) -> Reply:
    """Keep a message that was sent by hand."""
    incident, former = _opened(request, use)
    texts = {name: plain(value).strip() for name, value in request.fields.items()}
    if not (body := _whole("body", request)).strip():
        raise _missing("The text", "body")
    item = single.mail(
        to=texts["to"], channel=texts["channel"], audience=texts["audience"], subject=texts["subject"], body=body,
        sent_at=_sent_at(texts["at"], incident, former, request, use), is_cut=bool(texts["cut"]),
    )  # fmt: skip
    use.writing.put(incident.ref, "mail", item, former, by=request.user)
    return DONE


def _sent_at(text: str, incident: Incident, former: str, request: Request, use: UseCases) -> str | None:
    """ISO; what was left as it stood in the form stays to the second and in its own zone."""
    old = next((item for item in items_of(incident, TOPICS["mail"]) if single.base(item) == former), {})
    if text == _sent(old, request, use):
        return old.get("at")
    with at_field("at"):
        said = moment(text or None, request, use)
    return print_iso(said.at, use.lookup.zone_of(request.user)) if said else None


@routes.form("write_evidence", verb="postmortem", typed="postmortem add evidence …")
def keep_evidence(request: Request, use: UseCases) -> Reply:
    """Keep a log, code, a query or a configuration."""
    incident, former = _opened(request, use)
    title, content = plain(request.fields["title"]).strip(), _whole("content", request)
    if not content.strip():
        raise _missing("The content", "content")
    kind, is_cut = request.fields["kind"], bool(request.fields["cut"])
    item = single.evidence(title=" ".join(title.split()), kind=kind, content=content, is_cut=is_cut)
    use.writing.put(incident.ref, "evidence", item, former, by=request.user)
    return DONE


def _opened(request: Request, use: UseCases) -> tuple[Incident, str]:
    """The incident that a form is about, and the item that it showed; "" where it showed none."""
    ref, _, rest = request.value.partition(" ")
    former = rest.partition(" ")[2]
    return incident_here(replace(request, value=ref), use), former


def _whole(name: str, request: Request) -> str:
    """A long text out of its fields; those left empty below add nothing."""
    return plain(given(name, request.fields) or "", NOBODY).rstrip("\n")


def _missing(what: str, field: str) -> NothingWritten:
    refusal = NothingWritten(what=what)
    refusal.field = field
    return refusal
