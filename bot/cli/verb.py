"""What a verb of the command line is."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb: what it does, its arguments as argparse takes them, and the function that runs it."""

    name: str
    does: str
    example: str
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = ()


def later(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    """A function of *module* that is imported when its verb runs: who serves incidents carries nothing of it."""

    def run(asked: argparse.Namespace) -> int:
        code: int = getattr(import_module(module), name)(asked)
        return code

    return run
