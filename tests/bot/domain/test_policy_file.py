"""The policy file: laid over the built-in policy key by key; every mistake at once, with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.domain.policy import Policy
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.refusal import UnknownRole, UnknownSeverity

DEFAULT = (Path(bot.__file__).parent / "default_policy.toml").read_text(encoding="utf-8")


def mistakes(override: str) -> list[str]:
    with pytest.raises(BrokenPolicy) as caught:
        read_policy(DEFAULT, override)
    return caught.value.mistakes


@pytest.fixture(scope="module")
def default() -> Policy:
    return read_policy(DEFAULT)


def test_the_built_in_policy_has_the_four_cadences(default: Policy) -> None:
    """PRODUCT 1.1: 15 min, 30 min, 1 h, 4 h."""
    every = {level: severity.update_every for level, severity in default.severities.items()}
    minutes = {level: span / timedelta(minutes=1) for level, span in every.items()}
    assert minutes == {"P0": 15, "P1": 30, "P2": 60, "P3": 240}
    assert [severity.spelled for severity in default.severities.values()] == [
        "SEV-1 (P0 · Critical)", "SEV-2 (P1 · High)", "SEV-3 (P2 · Medium)", "SEV-4 (P3 · Low)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "level"), [("sev0", "P0"), ("SEV-1", "P0"), ("p1", "P1"), ("3", "P2"), ("Low,", "P3")]
)
def test_a_word_means_its_severity_in_any_case(default: Policy, word: str, level: str) -> None:
    assert default.severity(word).level == level


def test_unknown_words_are_refused(default: Policy) -> None:
    with pytest.raises(UnknownSeverity):
        default.severity("sev9")
    with pytest.raises(UnknownRole) as caught:
        default.role("comsm")
    assert caught.value.next_step == "/incident role comms @name"
    assert default.role("IC").key == "commander"


def test_a_file_is_laid_over_key_by_key_and_a_list_replaces_a_list(default: Policy) -> None:
    policy = read_policy(
        DEFAULT,
        """
        [organisation]
        name = "Example Inc."
        timezone = "America/Los_Angeles"
        [channels]
        announce = "#war-room"
        [severity.P0]
        spellings = ["fire"]
        invite = ["@oncall"]
        escalate = [{after = "30m", to = "executives"}]
        [target.executives]
        channel = "exec-updates"
        aliases = ["execs"]
        [role.liaison]
        label = "customer liaison"
        """,
    )
    assert (policy.organisation, policy.timezone, policy.announce) == (
        "Example Inc.", "America/Los_Angeles", "war-room",
    )  # fmt: skip
    assert policy.severity("fire").level == "P0"
    with pytest.raises(UnknownSeverity):
        policy.severity("sev1")
    assert policy.severities["P0"].update_every == default.severities["P0"].update_every
    assert policy.severities["P0"].escalate[0].after == timedelta(minutes=30)
    assert policy.targets["executives"].aliases == ("execs",)
    assert policy.role("liaison").label == "customer liaison"
    assert policy.role("comms") == default.role("comms")
    assert policy.severities["P1"] == default.severities["P1"]


def test_an_empty_file_changes_nothing(default: Policy) -> None:
    assert read_policy(DEFAULT, "") == default


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("[organisation\n", "this is not TOML"),
        ('[severity.P0]\nupdate_evry = "15m"', "line 2: severity.P0.update_evry is not known; did you mean update_ev"),
        ('[organization]\nname = "x"', "organization"),
        ('[severity.P9]\nlabel = "x"', "severity.P9"),
        ("[severity.P0]\nupdate_every = 15", "line 2: severity.P0.update_every should be a duration in quotes, like"),
        ('[severity.P0]\nupdate_every = "soon"', "line 2: severity.P0.update_every is not a duration: 'soon'"),
        ("[severity.P0]\nnudge_limit = -1", "line 2: severity.P0.nudge_limit should be a whole number, 0 or more"),
        ("[severity.P0]\nnudge_limit = true", "line 2: severity.P0.nudge_limit should be a whole number, 0 or more"),
        ('[severity.P0]\ninvite = "@oncall"', "line 2: severity.P0.invite should be a list of words in quotes"),
        ('[organisation]\ntimezone = "Mars/Base"', "line 2: organisation.timezone is not a time zone: 'Mars/Base'"),
        ('[channels]\nannounce = ""', "line 2: channels.announce should be a word in quotes, not empty"),
        ('[severity.P0]\nescalate = [{after = "30m"}]', "line 2: severity.P0.escalate should hold after and to"),
        ('[severity.P0]\nescalate = [{after = "x", to = "y"}]', "line 2: severity.P0.escalate after is not a duration"),
        ('[severity.P0]\nescalate = [{after = "30m", to = "nobody"}]', "P0.escalate: there is no [target.nobody]"),
        ('[severity.P0]\nspellings = ["sev2"]', "severity.P1.spellings: 'sev2' already means P0"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(override: str, said: str) -> None:
    (line,) = mistakes(override)
    assert said in line


def test_every_mistake_is_reported_at_once_each_with_its_own_line() -> None:
    found = mistakes(
        '[organisation]\ntimezone = "Mars"\n\n[severity.P0]\nlabel = "Worst"\nupdate_every = "x"\n\n[severity.P1]\n'
        "update_every = 3\ninvte = []\n"
    )
    assert [line.partition(":")[0] for line in found] == ["line 2", "line 6", "line 9", "line 10"]
    assert "did you mean invite?" in found[3]
