"""Tocsin: a chat-ops bot for live incidents in Slack.

The map of the house, floor by floor; a floor imports only lower ones (held by import-linter):

======  =======================================================================================
floor   rooms
======  =======================================================================================
7       ``bot.__main__``: the command line
6       ``bot.app``: puts the parts together, the only module that knows all of them
5       ``handlers`` (what people type and click) · ``bot.heartbeat`` (the ticks) · ``bot.web`` (HTTP)
3       ``bot.incidents`` · ``bot.record`` · ``bot.documents`` (the use cases) · ``bot.outbox``
        (``bot.delivering`` makes one call, ``bot.sweep`` cleans up)
2.5     ``bot.transaction``: one transaction around one decision
2       ``bot.store`` (SQL) · ``bot.slack`` (what goes to Slack) · ``bot.formats`` (documents)
1       ``bot.domain`` (decisions, standard library only) · ``bot.render`` · ``bot.call`` ·
        ``bot.clock`` · ``bot.settings`` · ``bot.crash`` (where a test may kill the process)
alone   ``bot.sandbox``: a small Slack of our own, for tests and for ``make demo``
======  =======================================================================================
"""

__version__ = "0.1.0"
