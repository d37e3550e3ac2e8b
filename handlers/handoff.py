"""Hand-offs: ``handoff`` offers a role, accepts or declines it; the offer's buttons (DR-26)."""

from bot.domain.handoffs import waiting
from bot.domain.incident import Incident, moved
from bot.domain.policy import Policy, Role
from bot.domain.refusal import UnknownRole
from bot.domain.refusal_roles import HandoffToWhom, UnknownRoleToHandOver
from bot.domain.rolecall import holder
from bot.domain.roles import capital
from bot.domain.words import parse, unquote
from bot.slack import blocks
from handlers.asking import at_field, fitting, in_button, incident_asked, incident_here, person
from handlers.filled import Filled
from handlers.openers import Openers
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
openers = Openers()
ANSWERS = {"accept": True, "decline": False}


@routes.verb(
    "handoff",
    usage="<role> @name [note…] | accept [role] | decline [role]",
    does="Offers a role to somebody, with a note on how things stand; they accept or decline.",
    example="/incident handoff ic @marcus I am off at six, the vendor calls back at 18:30",
    situation=Situation.RUN,
)
def handoff(request: Request, use: UseCases) -> Reply:
    """Offer a role, or answer an offer in words."""
    asked, policy = incident_asked(request, use), use.lookup.policy
    words = parse(asked.text)
    if words.verb in ANSWERS:
        role = words.words[0] if words.words else None
        return _answer(request, use, asked.incident.ref, accepts=ANSWERS[words.verb], role=role)
    if not words.verb:
        return handoff_form(asked.incident, request, use)
    wanted = _role(words.verb, policy)
    who, note = _addressed(words.rest)
    if not who:
        raise HandoffToWhom(label=wanted.label, role=wanted.key)
    to = person(who, request, use)
    return _offered(asked.incident, wanted, request, use, to=to, note=unquote(note))


def _offered(
    incident: Incident, wanted: Role, request: Request, use: UseCases, *, to: str, note: str
) -> Reply:
    if holder(incident, wanted.key) != request.user:
        use.lookup.allow("role", request.user)
    change = use.roles.offer(incident.ref, by=request.user, role=wanted.key, to=to, note=fitting(note))
    offered = waiting(change.incident, wanted.key)
    facts = {
        "label": capital(wanted),
        "to": to,
        "same": change.is_nothing,
        "since": offered.at if offered else None,
    }
    return Reply(template="reply_handoff", facts=facts)


@openers.opens("handoff", label="Hand a role over")
def handoff_form(incident: Incident, request: Request, use: UseCases) -> Reply:
    """The form: first the role that whoever opens it has."""
    moved(incident, "handoff")
    known = use.lookup.policy.roles
    own = next((key for key in known if holder(incident, key) == request.user), next(iter(known)))
    fields = [
        blocks.choice("role", "Role", [(key, capital(role)) for key, role in known.items()], initial=own),
        blocks.person_choice("person", "To whom"),
        blocks.text_input(
            "note", "Note", multiline=True,
            hint="State, what was tried, owners and the next decision come from the record by themselves.",
        ),
    ]  # fmt: skip
    return Reply(form=blocks.form("handoff_form", "Hand a role over", "Offer", fields, about=incident.ref))


@routes.form("handoff_form", verb="handoff", typed="handoff ic @name what they should know")
def keep_offer(request: Request, use: UseCases) -> Reply:
    """Offer the role; they accept or decline in the channel."""
    incident, policy = incident_here(request, use), use.lookup.policy
    form = Filled(request, use)
    role, to, note = form.one_of("role", policy.roles), form.text("person"), form.text("note")
    form.check()
    with at_field("person"):
        return _offered(incident, policy.roles[role], request, use, to=to, note=note)


def _role(word: str, policy: Policy) -> Role:
    try:
        return policy.role(word)
    except UnknownRole as error:
        raise UnknownRoleToHandOver(**error.facts) from error


def _addressed(rest: str) -> tuple[str, str]:
    """The person's word and the note; ``ic to @marcus`` is as good as ``ic @marcus``."""
    who, _, note = rest.partition(" ")
    if who.lower() == "to":
        who, _, note = note.strip().partition(" ")
    return who, note.strip()


def _answer(request: Request, use: UseCases, ref: str, *, accepts: bool, role: str | None) -> Reply:
    change = use.roles.answer(ref, by=request.user, accepts=accepts, role=role)
    label = change.news[0].facts["label"]
    return Reply(template="reply_handoff_answered", facts={"ref": ref, "label": label, "accepted": accepts})


@routes.button("handoff_accept", "handoff_decline", verb="handoff")
def answer_by_button(request: Request, use: UseCases) -> Reply:
    """The offer's "Accept" and "Decline"."""
    ref, n, role = in_button(request)
    accepts = request.event["action_id"] == "handoff_accept"
    use.roles.answer(ref, by=request.user, accepts=accepts, role=role, n=n)
    return DONE
