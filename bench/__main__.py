"""``python -m bench``, or ``python -m bench P3 P5``: prints the ratios, with the machine and the versions."""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console
from rich.table import Table

from bench.answering import event_and_command
from bench.counting import metrics
from bench.declaring import milestones
from bench.digesting import digests
from bench.drafting import draft_of_a_long_incident
from bench.machine import machine
from bench.measure import Ratio
from bench.messaging import calls_per_message
from bench.recurring import recurring_card
from bench.starting import start_and_weight
from bench.ticking import idle_tick, lateness

BENCHES: Mapping[str, Callable[[], Iterator[Ratio]]] = {
    "P1 P2": event_and_command,
    "P3": milestones,
    "P4": idle_tick,
    "P5": lateness,
    "P6": draft_of_a_long_incident,
    "P7": calls_per_message,
    "P8": start_and_weight,
    "P9": digests,
    "P10": metrics,
    "P11": recurring_card,
}


def main() -> None:
    """Run what was asked for, and print it as it comes."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="How fast the bot is, as ratios of one run."
    )
    parser.add_argument("numbers", nargs="*", help="P1 to P11; all of them where none is named")
    asked = set(parser.parse_args().numbers)
    console = Console(width=None if os.isatty(1) else 160)
    console.print(machine())
    table = Table("#", "what", "median", "from to", "goal", "hoped for", "", "note", box=None)
    for numbers, bench in BENCHES.items():
        if not asked or asked & set(numbers.split()):
            with console.status(f"measuring {numbers} …"):
                for ratio in bench():
                    table.add_row(*_row(ratio))
    console.print(table)


def _row(ratio: Ratio) -> tuple[str, ...]:
    unit = f" {ratio.unit}" if ratio.unit else ""
    return (
        ratio.number, ratio.what, f"{ratio.value:.2f}{unit}", f"{min(ratio.values):.2f} – {max(ratio.values):.2f}",
        f"≤ {ratio.goal:g}", f"≤ {ratio.hoped:g}" if ratio.hoped else "", "met" if ratio.is_met else "MISSED",
        ratio.note,
    )  # fmt: skip


if __name__ == "__main__":
    main()
