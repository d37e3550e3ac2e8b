"""Trying it out: the verbs ``sandbox`` and ``replay``."""

import argparse

from bot.cli.verb import Verb, later

PORT = 3999
FASTEST = 1_000_000


def _speed(text: str) -> float:
    """How many times as fast: above 0, at most a million. Raises what argparse turns into a sentence."""
    value = float(text)
    if not 0 < value <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1,000,000")
    return value


SPEED = {"type": _speed, "default": 60.0, "metavar": "N", "help": "business time runs N times as fast (60)"}


PLAY = (
    Verb(
        name="sandbox",
        does="Our small Slack, its page, and the bot connected to it: no account, no token.",
        example="sandbox --port 3999",
        run=later("bot.cli.sandboxed", "sandbox"),
        arguments=(
            (
                ("--port",),
                {"type": int, "default": PORT, "help": f"port on 127.0.0.1 ({PORT}; 0: any free one)"},
            ),
        ),
    ),
    Verb(
        name="replay",
        does="Plays a recorded incident into a running sandbox as people would.",
        example="replay incident.json --speed 600",
        run=later("bot.cli.sandboxed", "replay"),
        arguments=(
            (("file",), {"metavar": "FILE", "help": "a replay file (JSON)"}),
            (("--speed",), SPEED),
            (("--url",), {"default": f"http://127.0.0.1:{PORT}/", "help": "the sandbox's address"}),
        ),
    ),
)
