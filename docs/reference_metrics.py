"""The table of docs/metrics.md, out of the code and the built-in policy."""  # noqa: INP001 - a script, no package

from bot.domain import score_words
from bot.domain.policy_file import read_policy
from bot.domain.score_metrics import Metric, aim, known
from bot.settings import DEFAULT_POLICY


def metrics() -> list[tuple[str, ...]]:
    """A row for each metric."""
    policy = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"))

    def row(metric: Metric) -> tuple[str, ...]:
        target = score_words.target(metric, aim(metric, policy)) or "none"
        return f"`{metric.key}`", metric.name, target, metric.definition, metric.source.value, metric.rule

    return [row(metric) for metric in known(policy)]


HEAD = ("Name", "Metric", "Target", "What it counts", "Where it comes from", "Rule")
