"""Roles: ``role``, its short forms, ``roles``, the card's button, and the buttons that claim one."""

from collections.abc import Mapping

from bot.domain.handoffs import waiting
from bot.domain.incident import Incident
from bot.domain.policy import Role
from bot.domain.refusal import NobodyNamed
from bot.domain.rolecall import holder
from bot.domain.words import parse
from bot.slack import blocks
from handlers.asking import at_field, incident_alone, incident_asked, incident_here, person
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()


@routes.verb(
    "role",
    aliases=("assign",),
    usage="<role> @name",
    does="Gives a role to a person. They are invited and told what it asks. Shorter: lead, comms, scribe, ops.",
    example="/incident role comms @lisa",
    situation=Situation.RUN,
    often=True,
)
def role(request: Request, use: UseCases) -> Reply:
    """Assign any role of the policy."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if not words.verb:
        return _held(asked.incident, use)
    wanted = use.lookup.policy.role(words.verb)
    return _assign(request, use, asked.incident.ref, wanted.key, words.rest)


def _assign(request: Request, use: UseCases, ref: str, key: str, who: str) -> Reply:
    if not who.strip():
        raise NobodyNamed(verb=f"role {key}")
    to = person(who.split(maxsplit=1)[0], request, use)
    change = use.roles.assign(ref, by=request.user, role=key, to=to)
    label = use.lookup.policy.roles[key].label
    return Reply(template="reply_role", facts={"label": label, "to": to, "same": change.is_nothing})


def _short(word: str, aliases: tuple[str, ...], key: str) -> None:
    """``lead @name`` is ``role commander @name``."""

    @routes.verb(
        word,
        aliases=aliases,
        usage="@name | me",
        does=f"Short for: role {key} @name.",
        example=f"/incident {word} me",
        situation=Situation.RUN,
        listed=False,
        stands_for="role",
    )
    def assign(request: Request, use: UseCases) -> Reply:
        """Assign this one role."""
        asked = incident_asked(request, use)
        return _assign(request, use, asked.incident.ref, key, asked.text)


_short("lead", ("ic", "commander"), "commander")
_short("comms", (), "comms")
_short("scribe", (), "scribe")
_short("ops", (), "ops")


@routes.verb(
    "roles",
    does="Shows who has which role.",
    example="/incident roles",
    situation=Situation.RUN,
    changes=False,
)
def roles(request: Request, use: UseCases) -> Reply:
    """List the roles of the policy and who has them."""
    return _held(incident_alone(request, use), use)


def _held(incident: Incident, use: UseCases) -> Reply:
    """Who has which role and to whom it is offered, with a button for each that nobody has."""
    known = _offered(incident, use)
    rows = [(role.label, holder(incident, key), waiting(incident, key)) for key, role in known.items()]
    free = [(key, role.label) for key, role in known.items() if holder(incident, key) is None]
    facts = {"ref": incident.ref, "rows": rows}
    return Reply(template="reply_roles", facts=facts, blocks=tuple(blocks.claims(incident.ref, free)))


def _offered(incident: Incident, use: UseCases) -> Mapping[str, Role]:
    """The roles of the policy; of an incident without those of customer escalations alone, where nobody has them."""
    policy = use.lookup.policy
    wanted = {key for severity in policy.severities.values() for key in severity.roles}
    apart = set() if incident.is_case else set(policy.cases.roles) - wanted - incident.roles.keys()
    return {key: role for key, role in policy.roles.items() if key not in apart}


@routes.button("claim_role", verb="role")
def claim(request: Request, use: UseCases) -> Reply:
    """The buttons "I am comms lead" and so on; the second who clicks hears who was first."""
    ref, _, key = request.value.partition(" ")
    change = use.roles.claim(ref, by=request.user, role=key)
    if not change.is_nothing:
        return DONE
    label = use.lookup.policy.role(key).label
    return Reply(template="reply_role", facts={"label": label, "to": request.user, "same": True})


@routes.button("role_form", verb="role")
def ask_role(request: Request, use: UseCases) -> Reply:
    """The card's "Take a role"."""
    incident = incident_here(request, use)
    options = [(known.key, known.label.capitalize()) for known in _offered(incident, use).values()]
    fields = [
        blocks.choice("role", "Role", options, initial=options[0][0]),
        blocks.person_choice("person", "Who", initial=request.user),
    ]
    return Reply(form=blocks.form("role_form", "Give a role", "Assign", fields, about=incident.ref))


@routes.form("role_form", verb="role", typed="role comms @name")
def keep_role(request: Request, use: UseCases) -> Reply:
    """A role given by form."""
    with at_field("person"):
        use.roles.assign(
            request.value, by=request.user, role=request.fields["role"], to=request.fields["person"]
        )
    return DONE
