"""What an operator should know before people rely on the bot: each finding with how to mend it (``check``)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from bot.domain.followup_reminders import TARGETS
from bot.domain.policy import Policy, Target
from bot.domain.recipients import handles_of, is_handle
from bot.event_scopes import unheard
from bot.findings import Finding, State
from bot.settings import Settings, where_it_is
from bot.slack.client import Ambiguous, Away, Rejected, SlackClient, TryLater
from bot.store.migrate import NEWER, current_revision, is_newer, newest_revision
from bot.store.store import Store, StoreAway

SCOPES = {
    "commands": "people type the slash command",
    "channels:manage": "incident channels are opened, named and given a topic",
    "channels:history": "what is said is recorded",
    "channels:read": "channels are found by name",
    "chat:write": "cards, updates and nudges are posted",
    "files:write": "the draft is uploaded",
    "files:read": "files that people share are recorded, and copied for the draft",
    "pins:write": "the card is pinned",
    "pins:read": "pins put messages on the timeline",
    "reactions:read": "the timeline's emoji is seen",
    "im:write": "people get their role's instructions",
    "users:read": "names and time zones are known",
}
"""Scopes of the bot token, and what each is for; without one of them something of the main line fails."""
PRIVATE_SCOPES = {
    "groups:write": "private incidents get a private channel; without it none can be declared",
    "groups:history": "what is said in private channels is recorded; without it their timeline has commands only",
    "groups:read": "who is in a private channel is known; without it only who was invited by the bot sees the incident",
}
OPTIONAL_SCOPES = {
    "users:read.email": "the policy invites people by e-mail address",
    "usergroups:read": "the policy invites or tells user groups",
    **PRIVATE_SCOPES,
    "canvases:write": "a draft is written into the channel's canvas too; without it the file stands alone",
    "canvases:read": "a draft is found in the canvas again; without it the file stands alone",
    "im:history": "what people write to the bot directly is answered, and a message to them is not said twice",
    "channels:join": "the bot comes by itself into a channel that becomes an incident's (convert)",
    "app_mentions:read": "the bot is asked by @tocsin, also in threads; without it by commands and shortcuts only",
}
WORKS = {
    "public incidents work, from declare to draft": frozenset(SCOPES),
    "private incidents work": frozenset(PRIVATE_SCOPES),
    "people can be invited by e-mail address": frozenset({"users:read.email"}),
    "user groups can be invited and told": frozenset({"usergroups:read"}),
    "drafts go into the channel's canvas too": frozenset({"canvases:write", "canvases:read"}),
    "the bot comes by itself into a channel that becomes an incident's": frozenset({"channels:join"}),
    "the bot can be asked by @tocsin, also in threads": frozenset({"app_mentions:read"}),
}
"""What people can do with a token that has all of these scopes."""
ADD_SCOPE = "add it under OAuth & Permissions, reinstall the app"


def check_bot(
    settings: Settings, store: Store, slack: SlackClient, *, events: Collection[str] = (), places: bool = True
) -> list[Finding]:
    """Look at database, policy, token, scopes, announce channel and the groups that the policy names.

    *events*: what the bot subscribes to; *places*: False asks Slack for nothing but who the bot is.
    """
    findings = [
        _database(store, settings.database_url),
        _good(f"policy read: updates every {_cadences(settings.policy)}"),
    ]
    if not settings.app_token:
        findings.append(_good("events come by HTTP, signed"))
    return findings + list(_slack(settings.policy, slack, events=events, places=places))


def check_socket(ask: Callable[[], object]) -> Finding:
    """Whether Slack takes the app's token: *ask* it where Socket Mode is to connect, which connects nothing yet."""
    try:
        ask()
    except Rejected as error:
        return Finding(
            state=State.WRONG,
            what=f"Slack does not accept SLACK_APP_TOKEN ({error})",
            mend="under Basic Information, App-Level Tokens: one with connections:write; Socket Mode must be on",
        )
    except (TryLater, Ambiguous, Away) as error:
        return _warning(f"SLACK_APP_TOKEN could not be looked at: {error}", "try again in a minute")
    return _good("events come by Socket Mode")


def trouble(findings: Collection[Finding]) -> list[Finding]:
    """What of *findings* an operator should read in the log at a start: a line each, all scopes in one."""
    bad = [each for each in findings if each.state is not State.GOOD]
    scopes = [each.scope for each in bad if each.scope and not each.stops]
    if not scopes:
        return bad
    what = f"what needs the scope {', '.join(dict.fromkeys(scopes))} does not work"
    left = [each for each in bad if not each.scope or each.stops]
    return [*left, _warning(what, "python -m bot check says what that is")]


def wrong(what: str) -> Finding:
    """Something that stops the bot, whose sentence says how to mend it."""
    return Finding(state=State.WRONG, what=what)


def _good(what: str) -> Finding:
    return Finding(state=State.GOOD, what=what)


def _cadences(policy: Policy) -> str:
    return ", ".join(f"{one.level} {one.cadence}" for one in policy.severities.values())


def _database(store: Store, url: str) -> Finding:
    try:
        store.reach()
        if (current := current_revision(store)) == newest_revision():
            return _good("database reached and current")
        if is_newer(current):
            return Finding(state=State.WRONG, what=f"database: {NEWER}")
        if store.engine.dialect.name == "sqlite":
            how = "its tables are made" if current is None else "it is brought up to date"
            return _good(f"database reached; {how} at the next start")
    except StoreAway as error:
        mend = where_it_is({"DATABASE_URL": url}, str(error))
        return Finding(state=State.WRONG, what=f"database not reached: {error}", mend=mend)
    return Finding(state=State.WRONG, what="database not migrated", mend="run: python -m bot migrate")


def _slack(policy: Policy, slack: SlackClient, *, events: Collection[str], places: bool) -> Iterator[Finding]:
    try:
        me, scopes = slack.who_am_i()
    except Rejected as error:
        yield Finding(
            state=State.WRONG,
            what=f"Slack does not accept SLACK_BOT_TOKEN ({error})",
            mend="copy the Bot User OAuth Token anew, from OAuth & Permissions",
        )
        return
    except (TryLater, Ambiguous, Away) as error:
        yield Finding(
            state=State.WRONG,
            what=f"Slack cannot be reached: {error}",
            mend="check the network; behind a proxy, set HTTPS_PROXY; SLACK_API_URL is empty for Slack itself",
        )
        return
    yield _good(f"Slack knows the bot as {me['user']} in {me['team']}")
    yield from _scopes(policy, scopes, events)
    yield from _reaching_nobody(policy)
    for look in _LOOKS if places else ():
        try:
            yield from look(policy, slack)
        except Rejected as error:
            if error.error != "missing_scope" or not scopes or scopes >= {*SCOPES, *OPTIONAL_SCOPES}:
                # else the scope that is missing stands above
                yield _warning(f"{_LOOKS[look]} could not be looked at: {error}", "try again")
        except (TryLater, Ambiguous, Away) as error:
            yield _warning(f"{_LOOKS[look]} could not be looked at: {error}", "try again")


def _scopes(policy: Policy, scopes: frozenset[str], events: Collection[str]) -> Iterator[Finding]:
    """What works with *scopes*, which of them are missing, and which *events* cannot come; nothing where unknown."""
    if not scopes:
        return
    yield from (_good(what) for what, needed in WORKS.items() if needed <= scopes)
    deaf = dict(unheard(events, scopes))
    for scope, reason in SCOPES.items():
        if scope not in scopes:
            yield _missing(scope, reason, State.WRONG, deaf)
    invited = [who for severity in policy.severities.values() for who in severity.invite]
    invited += policy.cases.invite
    invited += [f"@{handle}" for handle in _handles(policy)]
    wanted = {"usergroups:read"} if any(who.startswith("@") for who in invited) else set()
    wanted |= {"users:read.email"} if any("@" in who[1:] for who in invited) else set()
    wanted |= {*PRIVATE_SCOPES, "channels:join", "im:history", "app_mentions:read"}
    wanted |= {"canvases:write", "canvases:read"} if policy.canvas else set()
    for scope in sorted(wanted - scopes):
        yield _missing(scope, OPTIONAL_SCOPES[scope], State.WARNING, deaf)


def _missing(scope: str, reason: str, state: State, deaf: Mapping[str, str]) -> Finding:
    """A scope that is missing; with the events that cannot arrive without it, of which Slack says nothing."""
    names = sorted(event for event, wanted in deaf.items() if wanted == scope)
    unheard_of = f"; Slack sends none of: {', '.join(names)}" if names else ""
    return Finding(
        state=state, what=f"scope {scope} is missing: {reason}{unheard_of}", mend=ADD_SCOPE, scope=scope
    )


def _places(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    announce = slack.find_channel(policy.announce)
    if announce is None:
        mend = "create it, or name another under [channels] announce"
        yield Finding(state=State.WRONG, what=f"announce channel #{policy.announce} is not there", mend=mend)
    elif announce.get("is_archived"):
        mend = "unarchive it, or name another under [channels] announce"
        yield Finding(state=State.WRONG, what=f"announce channel #{policy.announce} is archived", mend=mend)
    elif not announce.get("is_member"):
        mend = f"in #{policy.announce}, type: /invite @tocsin"
        yield Finding(state=State.WRONG, what=f"the bot is not in #{policy.announce}", mend=mend)
    else:
        yield _good(f"announcements go to #{policy.announce}")


def _cases(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    """Where customer escalations are announced, if they are."""
    name = policy.cases.channel
    channel = slack.find_channel(name) if name else {"is_member": True}
    if channel is None or not channel.get("is_member"):
        what = f"the bot is not in #{name}, where customer escalations are announced"
        yield _warning(what, f"in #{name}, type: /invite @tocsin; it stands under [customers] channel")


def _calendar(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    for name in sorted({one.channel for one in policy.reminders if one.channel}):
        channel = slack.find_channel(name)
        if channel is None or not channel.get("is_member"):
            what = f"the bot is not in #{name}, where the calendar reminds people"
            aloud = _warning(
                "the bot is not in a channel where the calendar reminds people",
                "in the channel that the policy names there, type: /invite @tocsin",
            )
            mend = f"in #{name}, type: /invite @tocsin"
            yield _warning(what, mend, aloud=aloud if channel is None else None)


def _targets(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    for target in policy.targets.values():
        if target.channel:
            yield from _target_channel(target.name, target.channel, slack)


def _groups(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    """User groups that the policy names and Slack does not know."""
    wanted = {
        who: f"[severity.{one.level}] invite" for one in policy.severities.values() for who in one.invite
    }
    wanted |= dict.fromkeys(policy.cases.invite, "[customers] invite")
    wanted = {who: where for who, where in wanted.items() if who.startswith("@")}
    wanted |= {f"@{handle}": f"[target.{name}] usergroup" for handle, name in _handles(policy).items()}
    known = slack.group_handles() if wanted else frozenset()
    for who, where in sorted(wanted.items()):
        if who.removeprefix("@") not in known:
            yield _warning(f"there is no user group {who}", f"create it, or name another under {where}")


def _people(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    """People whom targets name by a handle that nobody has: an escalation to them would be refused."""
    wanted = handles_of(policy)
    known = slack.people_handles() if wanted else frozenset()
    for handle, name in sorted(wanted.items()):
        if handle not in known:
            mend = f"under [target.{name}] users: ids like U024BE7LH, or handles like @dana"
            yield _warning(f"target {name}: there is nobody called @{handle}", mend)


def _allowed(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    """Handles under [allow] and [sla] that are nobody's: where there are no others, nobody may use the verb."""
    named = {f"[allow] {verb}": policy.allow[verb] for verb in policy.allow}
    named |= {f"[sla] {side}": who for side, who in policy.sla_approvers.items()}
    wanted = {
        (who.lower(), where) for where, all_of in named.items() for who in all_of if who.startswith("@")
    }
    known = slack.people_handles() if wanted else frozenset()
    if any(who.removeprefix("@") not in known for who, _ in wanted):
        known |= _seen_groups(slack)
    for who, where in sorted(wanted):
        if who.removeprefix("@") not in known:
            mend = "name people by id or handle there, or a user group (with the scope usergroups:read)"
            yield _warning(f"{where}: nobody whom the bot can see is called {who}", mend)


def _seen_groups(slack: SlackClient) -> frozenset[str]:
    """The user groups' handles; none where the bot may not see them."""
    try:
        return frozenset(handle.lower() for handle in slack.group_handles())
    except Rejected as error:
        if error.error != "missing_scope":
            raise
        return frozenset()


def _handles(policy: Policy) -> dict[str, str]:
    """The user groups of targets by handle, to the target's name; those given by id are not looked at."""
    named = {target.usergroup or "": target.name for target in policy.targets.values()}
    return {who.removeprefix("@"): name for who, name in named.items() if who and is_handle(who)}


def _target_channel(name: str, channel: str, slack: SlackClient) -> Iterator[Finding]:
    """Whether an escalation can be said in a target's channel, public or private."""
    found = slack.find_channel(channel)
    is_public = found is not None
    try:
        found = found or slack.find_private(channel)
    except Rejected:
        found = None
    if found is None:
        mend = f"create it and invite the bot, or name another under [target.{name}]"
        aloud = _warning(f"the channel of target {name} is not there, or the bot cannot see it", mend)
        yield _warning(
            f"#{channel} of target {name} is not there, or the bot cannot see it", mend, aloud=aloud
        )
    elif not found.get("is_member"):
        aloud = _warning(f"the bot is not in the channel of target {name}", "there, type: /invite @tocsin")
        yield _warning(
            f"the bot is not in #{channel} of target {name}",
            f"in #{channel}, type: /invite @tocsin",
            aloud=None if is_public else aloud,
        )


def _reaching_nobody(policy: Policy) -> Iterator[Finding]:
    """Targets of whom the policy names nobody, in one line: what each is missed for, and all of them once."""
    ladders = {rung.to for one in policy.severities.values() for rung in one.escalate}
    calendar = {each.to for each in policy.reminders if not each.channel}
    missing = [target for target in policy.targets.values() if not target.is_reachable]
    words, named = list[str](), list[Target]()
    for names, say in (
        (ladders, "escalations to {} reach nobody: people are asked to tell them by hand"),
        (calendar, f"what the calendar tells {{}} stands in #{policy.announce}"),
        (
            {*TARGETS.values()},
            "of follow-ups that are blocked, cost more or come much later, nobody tells {}",
        ),
    ):
        found = [target for target in missing if target.name in names]
        words += [say.format(_labels(found))] if found else []
        named += [target for target in found if target not in named]
    if words:
        yield _warning("; ".join(words), _under(named))


def _labels(targets: Sequence[Target]) -> str:
    """``executives, customer calls and the board``."""
    return " and ".join(filter(None, (", ".join(one.label for one in targets[:-1]), targets[-1].label)))


def _under(targets: Sequence[Target]) -> str:
    names = ", ".join(f"[target.{one.name}]" for one in targets)
    return f"name a channel, users or a usergroup under {names}"


def _warning(what: str, mend: str, *, aloud: Finding | None = None) -> Finding:
    return Finding(state=State.WARNING, what=what, mend=mend, aloud=aloud)


def _status_channel(policy: Policy, slack: SlackClient) -> Iterator[Finding]:
    """Where updates for customers are published: without it people publish them by hand."""
    if not policy.status:
        return
    channel = slack.find_channel(policy.status)
    if channel is None or not channel.get("is_member"):
        why = "is not there" if channel is None else "does not have the bot as a member"
        mend = f"create it and type there: /invite @tocsin, or name another under [channels] status (#{policy.status})"
        yield _warning(f"status channel #{policy.status} {why}", mend)
    else:
        yield _good(f"updates for customers go to #{policy.status}")


_LOOKS: dict[Callable[[Policy, SlackClient], Iterator[Finding]], str] = {
    _places: "the announce channel",
    _status_channel: "the status channel",
    _calendar: "the calendar's channels",
    _cases: "the channel of customer escalations",
    _groups: "user groups",
    _targets: "the channels of targets",
    _people: "people",
    _allowed: "whom [allow] and [sla] name",
}
"""What is looked at in Slack, each by itself: one that cannot be looked at leaves the others."""
