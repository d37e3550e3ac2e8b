"""The bot's command line with a weak thread: SIGUSR1 ends the one that ``WEAK_THREAD`` names, as a bug would.

Started by tests as a process: ``python -m tests.stories.dying run``.
"""

import ctypes
import os
import signal
import sys
import threading

from bot.__main__ import main


def end(*_: object) -> None:
    thread = next(one for one in threading.enumerate() if one.name == os.environ["WEAK_THREAD"])
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
    )


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, end)
    sys.exit(main(sys.argv[1:]))
