"""A small Slack of our own, at wire level: for the tests, and for trying the bot without an account.

It imports nothing of the bot. ``Workspace`` is the state and the Web API as a function; ``Person`` does what
people do; a ``Door`` (``HttpDoor``, ``SocketDoor``) carries events, commands and clicks to the app;
``SandboxServer`` puts it all on a loopback port.
"""

from bot.sandbox.doors import Door, HttpDoor, Outcome, SocketDoor, post_to, sign
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.person import Person
from bot.sandbox.server import ClockControl, SandboxServer
from bot.sandbox.state import (
    Answer,
    ApiCall,
    Channel,
    File,
    Group,
    Impossible,
    Json,
    Message,
    Pin,
    Shortcut,
    SlackError,
    User,
    View,
)
from bot.sandbox.workspace import Workspace

__all__ = [
    "Answer",
    "ApiCall",
    "Channel",
    "ClockControl",
    "Door",
    "Fault",
    "Faults",
    "File",
    "Group",
    "HttpDoor",
    "Impossible",
    "Json",
    "Message",
    "Outcome",
    "Person",
    "Pin",
    "SandboxServer",
    "Shortcut",
    "SlackError",
    "SocketDoor",
    "User",
    "View",
    "Workspace",
    "post_to",
    "sign",
]
