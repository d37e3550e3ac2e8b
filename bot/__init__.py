"""Tocsin: a chat-ops bot for live incidents in Slack.

The map of the house, from the roof down; a floor imports only lower ones (held by import-linter):

- ``bot.__main__``, ``bot.cli``: the command line
- ``bot.app``: puts the parts together, the only module that knows all of them
- ``handlers`` (what people type and click), ``bot.heartbeat`` (the ticks), ``bot.web`` (HTTP), ``bot.checks``
- the use cases: ``bot.incidents``, and one room for each feature beside it (``bot.updates``, ``bot.briefs``,
  ``bot.escalations``, ``bot.roles``, ``bot.tasks``, ``bot.playbooks``, ``bot.undo``, ``bot.pacing``, ``bot.endings``,
  ``bot.moving``, ``bot.doctor``);
  ``bot.record`` (the log), ``bot.due`` (timers), ``bot.calendar``, ``bot.archive`` (replay files), ``bot.outcomes``
  (what Slack's answers change); beside them ``bot.outbox``, which talks to Slack
- ``bot.documents`` (drafts), ``bot.directory`` (who is who), ``bot.lookup`` (what is meant), ``bot.sweep``
- ``bot.delivering`` (one call)
- ``bot.transaction``: one transaction around one decision
- ``bot.store`` (SQL), ``bot.slack`` (what goes to Slack), ``bot.formats`` (documents)
- ``bot.render``, ``bot.call``, ``bot.settings``
- ``bot.domain`` (decisions, standard library only), ``bot.clock``, ``bot.crash`` (where a test may kill the process)
- alone: ``bot.sandbox``, a small Slack of our own, for tests and for ``make demo``
"""

__version__ = "0.1.0"
