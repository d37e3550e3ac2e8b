"""The command line: ``python -m bot VERB``. Exit codes: 0 done, 1 refused, 2 wrong usage."""

import os
import signal
import sys


def _leave(*_: object) -> None:
    """Ctrl-C while everything is still being imported: there is nothing to finish, and no trace to read."""
    print("Stopped by hand.", file=sys.stderr, flush=True)
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _leave)  # before the imports below, which take a second or more

import argparse  # noqa: E402 - as above
import logging  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from dotenv import load_dotenv  # noqa: E402

from bot import cli  # noqa: E402
from bot.domain.refusal import Refusal  # noqa: E402
from bot.settings import BadSettings, where_it_is  # noqa: E402
from bot.store.store import StoreAway  # noqa: E402

REFUSED = 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Tocsin: live incidents in Slack.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in cli.VERBS:
        made = verbs.add_parser(
            verb.name,
            help=verb.does,
            description=verb.does,
            epilog=f"Example: python -m bot {verb.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for names, options in verb.arguments:
            made.add_argument(*names, **options)
        made.set_defaults(run=verb.run)
    return parser


def _read_env(file: Path) -> None:
    """What *file* sets and the environment does not. One that cannot be read is told of: a service has it all set."""
    try:
        load_dotenv(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        print(f"{file} is left out ({reason}): what the environment has counts.", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code."""
    asked = _parser().parse_args(arguments)
    _read_env(Path.cwd() / ".env")
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        if signal.getsignal(signal.SIGINT) is _leave:  # from here on there is something to finish
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return run(asked)
    except Refusal as refusal:
        print(refusal.sentence, file=sys.stderr)
    except BadSettings as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
    except StoreAway as error:
        where = where_it_is(os.environ, str(error))
        print(f"The database cannot be used: {error}. {where}".rstrip(), file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        logging.getLogger(__name__).info("stopped by hand")
        return 0
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
