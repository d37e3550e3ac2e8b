"""What the slash command is called: our sources say ``/incident``, people read the name that the policy gives it.

Our own words are named before any fact is filled in, so that what a person typed stays as it was typed.
"""

import re

COMMAND = "/incident"
"""The name that sources, templates and documents of ours use, and the built-in policy too."""
LONGEST = 32
"""Characters, with the slash (https://docs.slack.dev/reference/app-manifest, ``features.slash_commands``)."""
BUILT_IN = frozenset({
    "active", "apps", "archive", "away", "call", "close", "collapse", "dm", "dnd", "expand", "feed", "feedback",
    "help", "huddle", "invite", "invite_people", "join", "keys", "kick", "leave", "me", "msg", "mute", "open", "part",
    "people", "prefs", "pro", "remind", "remove", "rename", "s", "search", "shortcuts", "shrug", "star", "status",
    "topic", "unarchive", "who",
})  # fmt: skip
"""Slack's own (https://slack.com/help/articles/201259356-Use-built-in-slash-commands): no app gets one of them."""
_OWN = re.compile(rf"(?<![\w/]){COMMAND}(?![\w/-])")
_NAME = re.compile(r"/[a-z0-9][a-z0-9_-]*", re.ASCII)


def named(text: str, command: str) -> str:
    """*text*, which is our own, with the command called *command*."""
    return text if command == COMMAND else _OWN.sub(command, text)


def with_slash(given: str) -> str:
    """The command as Slack wants it, of a name with or without its slash."""
    return f"/{given.strip().removeprefix('/')}"


def trouble(given: object) -> str | None:
    """A slash and a name of small letters, digits, - and _.

    What is wrong with it, as the end of a sentence; None: it is fine.
    """
    if not isinstance(given, str) or not given.strip():
        return 'should be the name of the slash command, like "/incident"'
    name = with_slash(given)
    if name[1:].lower() in BUILT_IN:
        return f'is {name!r}, a command of Slack\'s own; choose another name, like "/tocsin"'
    if len(name) > LONGEST:
        return f"has {len(name)} characters; a command has at most {LONGEST} with its slash"
    if not _NAME.fullmatch(name):
        return f'is {name!r}; a command is made of small letters, digits, - and _, like "/tocsin"'
    return None
