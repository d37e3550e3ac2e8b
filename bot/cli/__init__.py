"""The verbs of the command line, one table; each group of them is a module."""

from bot.cli.backup import BACKUP
from bot.cli.followups import FOLLOWUPS
from bot.cli.metrics import METRICS
from bot.cli.operate import OPERATE
from bot.cli.play import PLAY
from bot.cli.records import RECORDS
from bot.cli.reviews import REVIEWS
from bot.cli.shared import SHARED
from bot.cli.verb import Verb

VERBS: tuple[Verb, ...] = (*OPERATE, *BACKUP, *PLAY, *RECORDS, *SHARED, *REVIEWS, *FOLLOWUPS, *METRICS)
