"""The app manifest by Slack's schema, and its scopes by what needs them: none too many, none missing."""

import json
from collections.abc import Iterator

import jsonschema
import pytest
import yaml

from bot.app import EVENTS
from bot.checks import OPTIONAL_SCOPES, SCOPES
from bot.cli.manifest import manifest
from bot.event_scopes import EVENT_SCOPES, EVENT_TYPES
from bot.sandbox import scopes as sandbox
from bot.sandbox.api import METHODS
from tests.slack_samples import AT_HAND, MISSING, SAMPLES, documented, used

URL = "https://bot.example.com/slack/events"
WAYS = [(by_socket, public_only) for by_socket in (True, False) for public_only in (True, False)]
with_samples = pytest.mark.skipif(not AT_HAND, reason=MISSING)

BY_HAND = {"commands": "slash commands and shortcuts: it stands on no method's page"}
"""Scopes that no method and no event asks for."""
IN = ("channels", "groups")
"""In which kinds of channels the bot calls a method whose scopes depend on that."""
IN_OTHERS = {
    "conversations.open": ("im",),  # direct messages to one person
    "conversations.join": ("channels",),  # into a private one somebody must invite it
    "conversations.history": (*IN, "im"),  # what may have been said is looked for, also in direct messages
    "conversations.replies": IN,
    "users.conversations": IN,
}


def made(*, by_socket: bool = True, public_only: bool = False):
    return yaml.safe_load(
        manifest(
            command="/incident", by_socket=by_socket, url="" if by_socket else URL, public_only=public_only
        )
    )


def scopes_of(manifest) -> set[str]:
    return set(manifest["oauth_config"]["scopes"]["bot"])


def needs() -> Iterator[tuple[str, set[str]]]:
    """What needs scopes, and the scopes of which one is enough."""
    for method in sorted(used()):
        wanted = [scope["name"] for scope in documented(method)["scopes"].get("bot", ())]
        for kind in IN_OTHERS.get(method, IN):
            narrowed = {scope for scope in wanted if sandbox.family(scope) in (None, kind)}
            if narrowed:
                yield f"{method} ({kind})", narrowed
    for event in EVENTS:
        for name in EVENT_TYPES.get(event, (event,)):
            wanted = list(EVENT_SCOPES.get(name, ()))
            for family in {sandbox.family(scope) for scope in wanted}:
                yield f"{name} ({family})", {scope for scope in wanted if sandbox.family(scope) == family}


@with_samples
@pytest.mark.parametrize(("by_socket", "public_only"), WAYS)
@pytest.mark.parametrize("version", [1, 2])
def test_the_manifest_is_by_slacks_schema(by_socket, public_only, version):
    schema = json.loads((SAMPLES / "manifest_schema" / f"manifest.schema.{version}.0.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(
        {"_metadata": {"major_version": version}, **made(by_socket=by_socket, public_only=public_only)}
    )


@with_samples
def test_the_schema_refuses_what_is_none() -> None:
    schema = json.loads((SAMPLES / "manifest_schema" / "manifest.schema.1.0.0.json").read_text())
    wrong = made()
    wrong["features"]["slash_commands"][0]["command"] = "incident without a slash"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(wrong)


@pytest.mark.parametrize(("by_socket", "public_only"), WAYS)
def test_deliveries_go_to_an_address_or_come_by_socket(by_socket, public_only):
    told = made(by_socket=by_socket, public_only=public_only)
    text = yaml.safe_dump(told)
    assert told["settings"]["socket_mode_enabled"] is by_socket
    assert (URL in text) is not by_socket
    if not by_socket:
        assert told["settings"]["event_subscriptions"]["request_url"] == URL
        assert told["settings"]["interactivity"]["request_url"] == URL
        assert all(each["url"] == URL for each in told["features"]["slash_commands"])


@with_samples
def test_no_scope_is_missing() -> None:
    scopes = scopes_of(made())
    assert {what: sorted(wanted) for what, wanted in needs() if not wanted & scopes} == {}


@with_samples
def test_no_scope_is_too_many() -> None:
    needed = set().union(*(wanted for _, wanted in needs()))
    assert scopes_of(made()) - needed - set(BY_HAND) == set()


@with_samples
def test_each_scope_is_needed_by_something_that_no_other_scope_of_ours_would_do_for() -> None:
    scopes = scopes_of(made())
    alone = {next(iter(wanted & scopes)) for _, wanted in needs() if len(wanted & scopes) == 1}
    assert scopes - alone == set(BY_HAND)


def test_every_scope_has_a_reason_and_can_be_asked_for() -> None:
    assert not set(SCOPES) & set(OPTIONAL_SCOPES)
    assert all({**SCOPES, **OPTIONAL_SCOPES}.values())
    assert {*SCOPES, *OPTIONAL_SCOPES} <= set(sandbox.ALL_SCOPES)


def test_what_could_not_arrive_is_not_subscribed_to() -> None:
    told = made(public_only=True)
    asked = told["settings"]["event_subscriptions"]["bot_events"]
    assert all(set(EVENT_SCOPES.get(each, scopes_of(told))) & scopes_of(told) for each in asked)
    every = made()["settings"]["event_subscriptions"]["bot_events"]
    assert {name.partition(".")[0] for name in every} == set(EVENTS)


def test_the_small_slack_sends_events_by_the_same_scopes() -> None:
    for event in EVENTS:
        ours = {scope for name in EVENT_TYPES.get(event, (event,)) for scope in EVENT_SCOPES.get(name, ())}
        theirs = {scope for scope in sandbox.EVENTS.get(event, ()) if sandbox.family(scope) != "mpim"}
        assert ours == theirs, event


@with_samples
def test_the_small_slack_wants_the_scopes_of_the_documentation() -> None:
    for name, entry in METHODS.items():
        wanted = {scope["name"] for scope in documented(name)["scopes"].get("bot", ())}
        assert set(entry.scopes) <= wanted, name
        assert bool(entry.scopes) == bool(wanted), name
