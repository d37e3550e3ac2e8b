"""Hand-offs: ``handoff`` offers a role, accepts or declines it; the offer's buttons (DR-26)."""

from bot.domain.handoffs import waiting
from bot.domain.policy import Policy, Role
from bot.domain.refusal import UnknownRole
from bot.domain.refusal_roles import HandoffToWhom, HandoffWhat, UnknownRoleToHandOver
from bot.domain.rolecall import holder
from bot.domain.roles import capital
from bot.domain.words import parse, unquote
from handlers.asking import fitting, in_button, incident_asked, person
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
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
        raise HandoffWhat(known=", ".join(policy.roles), first=next(iter(policy.roles)))
    wanted = _role(words.verb, policy)
    who, note = _addressed(words.rest)
    if not who:
        raise HandoffToWhom(label=wanted.label, role=wanted.key)
    to = person(who, request, use)
    if holder(asked.incident, wanted.key) != request.user:
        use.lookup.allow("role", request.user)
    change = use.roles.offer(
        asked.incident.ref, by=request.user, role=wanted.key, to=to, note=fitting(unquote(note))
    )
    offered = waiting(change.incident, wanted.key)
    facts = {
        "label": capital(wanted),
        "to": to,
        "same": change.is_nothing,
        "since": offered.at if offered else None,
    }
    return Reply(template="reply_handoff", facts=facts)


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
