"""Escalation: ``escalate``, its words and its buttons."""

import re

from bot.domain import case_words, cutting, escalation, escalation_answers
from bot.domain.incident import Incident, moved
from bot.domain.policy import Target
from bot.domain.recipients import means, recipients_of
from bot.domain.refusal_escalation import NobodyToTell, SkipWhom
from bot.domain.words import incident_word, parse
from bot.slack import blocks
from handlers.asking import at_field, fitting, incident_asked, incident_here, incident_meant
from handlers.customer import taken_up
from handlers.filled import Filled
from handlers.openers import Openers
from handlers.routes import DONE, Reply, Request, Routes, Situation, UseCases

routes = Routes()
openers = Openers()
OPTIONS = 100
"""Options that a choice may have (https://docs.slack.dev/reference/block-kit)."""
_ACKNOWLEDGE = frozenset({"ack", "acked", "acknowledge", "acknowledged"})
_LONGEST_NAME = 3
"""Words that a target's name may have when it is typed."""
_BUTTONS = 24
_LEVEL = re.compile(r"level[= ]+(?P<n>\S+)", re.IGNORECASE)
_GROUP = re.compile(r"<!subteam\^(?P<id>[A-Z0-9]+)(?:\|(?P<handle>[^<>]*))?>")


@routes.verb(
    "escalate",
    aliases=("page",),
    usage="[target] [reason…] | ack <target> | skip <target> reason… | list | level=2 [reason…]",
    does="Tells executives or others now. Without a target: who was told, and who is told when. "
    "level= takes a customer escalation further up.",
    example="/incident escalate execs we need a decision on the failover",
    situation=Situation.RUN,
    often=True,
)
def escalate(request: Request, use: UseCases) -> Reply:
    """Tell a target, acknowledge, skip; without words the list, with a button for each target not told yet."""
    asked = incident_asked(request, use)
    words = parse(asked.text)
    if (named := _LEVEL.match(asked.text)) is not None:
        use.lookup.allow("customer", request.user)
        rest = fitting(asked.text[named.end() :].strip())
        return taken_up(
            asked.incident, case_words.level_of(named["n"], ref=asked.incident.ref), rest, request, use
        )
    if words.verb in _ACKNOWLEDGE:
        return _acknowledged(request, use, asked.incident, words.rest)
    if words.verb == "skip":
        return _skipped(request, use, asked.incident, words.rest)
    if not words.verb or (words.verb == "list" and not words.rest):
        return _listed(asked.incident, use)
    target, reason = _target(asked.incident, asked.text, "", use)
    return _told(request, use, asked.incident.ref, target, fitting(reason))


def _acknowledged(request: Request, use: UseCases, incident: Incident, text: str) -> Reply:
    target, _ = _target(incident, text, "ack", use)
    use.escalations.acknowledge(incident.ref, by=request.user, target=target)
    return Reply(template="reply_escalation_settled", facts={"label": target.label, "skipped": False})


def _skipped(request: Request, use: UseCases, incident: Incident, text: str) -> Reply:
    target, reason = _target(incident, text, "skip", use)
    use.escalations.skip(incident.ref, by=request.user, target=target, reason=fitting(reason))
    return Reply(template="reply_escalation_settled", facts={"label": target.label, "skipped": True})


def _target(incident: Incident, text: str, verb: str, use: UseCases) -> tuple[Target, str]:
    """The target that *text* begins with, by name, alias or label, and what follows. Raises UnknownTarget, SkipWhom."""
    policy, words = use.lookup.policy, text.split()
    if not words:
        known = ", ".join(policy.targets)
        raise SkipWhom(known=known, ref=incident.ref, verb=verb, near=next(iter(policy.targets), ""))
    spoken = {
        _plain(name): target
        for target in policy.targets.values()
        for name in (target.usergroup or "", target.label, target.name, *target.aliases)
    }
    for count in range(min(_LONGEST_NAME, len(words)), 0, -1):
        found = spoken.get(_plain("_".join(words[:count])))
        if found is not None:
            return found, text.split(maxsplit=count)[count] if len(words) > count else ""
    return policy.target(words[0]), ""


def _plain(name: str) -> str:
    """A name as it is compared: a user group that Slack made a mention of counts by its handle."""
    group = _GROUP.fullmatch(name)
    name = (group["handle"] or group["id"]) if group else name
    return name.lower().strip("@:,").replace("-", "_").replace(" ", "_")


def _told(request: Request, use: UseCases, ref: str, target: Target, reason: str) -> Reply:
    change = use.escalations.escalate(ref, by=request.user, target=target, reason=reason)
    recipients = recipients_of(target)
    how = means(recipients)
    facts = {
        "ref": ref,
        "label": target.label,
        "target": target.name,
        "means": how,
        "names": use.lookup.words([how], []),
        "contacts": target.contacts,
        "drill": change.incident.drill,
    }
    return Reply(template="reply_escalated", facts=facts)


def _listed(incident: Incident, use: UseCases) -> Reply:
    rows = escalation.standing(incident, use.lookup.policy)
    reasons = [row.done.skip_reason for row in rows if row.done]
    facts = {"incident": incident, "rows": rows, "names": use.lookup.words(reasons, [])}
    open_ones = [row.target for row in rows if _can_be_told(row)]
    offered = open_ones[:_BUTTONS] if incident.is_open else []
    buttons = [
        blocks.button(
            f"Tell {target.label}", f"escalation_tell:{target.name}", f"{incident.ref} {target.name}",
            sure=f"They hear of {incident.ref} at once.",
        )
        for target in offered
    ]  # fmt: skip
    if buttons:
        buttons.append(blocks.button("With a reason", "escalation_form", incident.ref))
    row = (blocks.actions(*buttons),) if buttons else ()
    return Reply(template="reply_escalations", facts=facts, blocks=row)


def _can_be_told(row: escalation.Standing) -> bool:
    """Whether nobody was told: not yet, or Slack refused it and nobody has said since that they know."""
    done = row.done
    return done is None or not done.is_told or bool(done.failed and not done.acknowledged_by)


@openers.opens("escalate", label="Tell executives or others")
def escalation_form(incident: Incident, request: Request, use: UseCases) -> Reply:  # noqa: ARG001 - as all of them
    """The form: first whom the ladder tells next."""
    moved(incident, "escalate")
    rows = escalation.standing(incident, use.lookup.policy)
    waiting = [row.target for row in rows if _can_be_told(row)]
    known = list(dict.fromkeys([*waiting, *use.lookup.policy.targets.values()]))[:OPTIONS]
    if not known:
        raise NobodyToTell
    options = [(target.name, target.label) for target in known]
    fields = [
        blocks.choice("target", "Whom", options, initial=options[0][0]),
        blocks.text_input(
            "reason", "Why", multiline=True, hint="They read it. Like: we need a decision on the failover"
        ),
    ]
    return Reply(form=blocks.form("escalation_form", "Escalate", "Tell them now", fields, about=incident.ref))


@routes.button("escalation_form", verb="escalate")
def ask_target(request: Request, use: UseCases) -> Reply:
    """The button "With a reason" below the list."""
    return escalation_form(incident_here(request, use), request, use)


@routes.form("escalation_form", verb="escalate", typed="escalate executives why")
def keep_target(request: Request, use: UseCases) -> Reply:
    """Tell whom the form names."""
    incident = incident_here(request, use)
    form = Filled(request, use)
    name, reason = form.one_of("target", use.lookup.policy.targets), form.text("reason")
    form.check()
    with at_field("target"):
        return _told(request, use, incident.ref, use.escalations.target(name), reason)


# Buttons: their value is the incident's reference and the target's name


def _about(request: Request, use: UseCases) -> tuple[str, Target]:
    ref, _, name = request.value.partition(" ")
    return ref, use.escalations.target(name)


@routes.button("escalation_tell", verb="escalate")
def tell_by_button(request: Request, use: UseCases) -> Reply:
    """The buttons "Tell …" below the list."""
    ref, target = _about(request, use)
    return _told(request, use, ref, target, "")


@routes.button("escalation_ack", verb="status")
def acknowledge_by_button(request: Request, use: UseCases) -> Reply:
    """The button "Acknowledge", in the incident's channel and where the target was told.

    Whomever it reached may say so, also where the policy leaves ``escalate`` to some: it stands for a look.
    """
    ref, target = _about(request, use)
    use.escalations.acknowledge(ref, by=request.user, target=target)
    return DONE


@routes.button("escalation_skip_form", verb="escalate")
def ask_reason(request: Request, use: UseCases) -> Reply:
    """The button "Skip": a form for the reason. One that is settled already is refused before anything is typed."""
    ref, target = _about(request, use)
    incident = incident_meant(incident_word(ref), request, use)
    moved(incident, "escalate")
    escalation_answers.refuse_settled(incident, target)
    why = blocks.text_input(
        "reason", cutting.fitting(f"Why {target.label} need not answer", 150), multiline=True, optional=False
    )
    form = blocks.form("escalation_skip_form", "Skip an escalation", "Skip", [why], about=request.value)
    return Reply(form=form)


@routes.form("escalation_skip_form", verb="escalate", typed="escalate skip executives why")
def keep_reason(request: Request, use: UseCases) -> Reply:
    """The reason written into the form."""
    ref, target = _about(request, use)
    with at_field("reason"):
        reason = fitting(request.fields["reason"].strip())
        use.escalations.skip(ref, by=request.user, target=target, reason=reason)
    return DONE
