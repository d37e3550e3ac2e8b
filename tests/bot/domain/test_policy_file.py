"""The policy file: laid over the built-in policy key by key; every mistake at once, with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.domain.policy import FORMATS, Policy
from bot.domain.policy_file import BrokenPolicy, read_policy
from bot.domain.refusal import UnknownRole, UnknownSeverity
from bot.domain.times import print_duration

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
    assert policy.severity("fire").level == policy.severity("P0").level == "P0"
    with pytest.raises(UnknownSeverity):
        policy.severity("sev1")
    assert policy.severities["P0"].update_every == default.severities["P0"].update_every
    assert policy.severities["P0"].escalate[0].after == timedelta(minutes=30)
    assert policy.targets["executives"].aliases == ("execs",)
    assert policy.role("liaison").label == "customer liaison"
    assert policy.role("comms") == default.role("comms")
    assert policy.severities["P1"] == default.severities["P1"]


def test_an_alias_is_known_in_any_case_and_with_dashes() -> None:
    """R-COM-5: as it is typed."""
    policy = read_policy(
        DEFAULT,
        '[target.legal]\naliases = ["Law-Firm"]\n[role.medic]\naliases = ["Doc"]\n[calendar."Game day"]\n',
    )
    assert policy.target("law-firm") == policy.target("LAW_FIRM") == policy.targets["legal"]
    assert policy.role("DOC") == policy.roles["medic"]
    assert policy.reminders[-1].text == "Game day"


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
        ('[severity.P0]\nspellings = ["sev2"]', "line 2: severity.P1.spellings: 'sev2' already means P0"),
        ("[severity.P0]\nspellings = []", "line 2: severity.P0.spellings should hold one word at least"),
        ('[severity.P1]\nspellings = ["p0"]', "line 2: severity.P1.spellings: 'p0' already means P0"),
        ('[severity.P0]\ninvite = ["@oncall", " "]', "line 2: severity.P0.invite should hold no empty word"),
        ("[severity.P0]\nmay_pause = true", "line 2: severity.P0.may_pause: P0 and P1 are never paused"),
        ("[severity.P1]\nworking_hours = true", "line 2: severity.P1.working_hours: P0 and P1 never sleep"),
        ('[severity.P2]\nworking_hours = "yes"', "line 2: severity.P2.working_hours should be true or false"),
        ('[severity.P2]\ninform = ["nobody"]', "line 2: severity.P2.inform: there is no [target.nobody]"),
        ('[severity.P2]\nroles = ["comms", "drummer"]', "line 2: severity.P2.roles: there is no [role.drummer]"),
        ('[severity.P1]\nescalate = [\n  {after = "1h", to = "board"},\n  {after = "2h", to = "board"},\n]',
         "line 2: severity.P1.escalate: board stands there twice; each target is told once"),
        ('[severity.P2]\nupdate_every = "0.1s"', "line 2: severity.P2.update_every is too short"),
        ('[working_hours]\nfrom = "18:00"', "line 2: working_hours.to should be later than from"),
        ('[working_hours]\nfrom = "nine"', "line 2: working_hours.from should be a time of day in quotes"),
        ('[working_hours]\ndays = ["mon", "funday"]', "line 2: working_hours.days should be a list of days: mon, tue"),
        ('[working_hours]\ntimezone = "Mars"', "line 2: working_hours.timezone is not a time zone: 'Mars'"),
        ('[updates]\nlong_after = "59m"', "line 2: updates.long_after should be 1h or more"),
        ('[updates]\nlong_afer = "2h"', "line 2: updates.long_afer is not known; did you mean long_after?"),
        ('[escalation]\nclock = "lunch"', 'line 2: escalation.clock should be one of "declared", "impact"'),
        ("[life_cycle]\narchive_after = 7", "line 2: life_cycle.archive_after should be a duration in quotes"),
        ('[life_cycle]\narchive_afer = "7d"', "line 2: life_cycle.archive_afer is not known; did you mean archive_af"),
        ('[status.monitoring]\napproved_on = "2026-01-01"', "line 2: status.monitoring.approved_on should be a date"),
        ('[status.monitorin]\ntext = "x"', "status.monitorin is not known; did you mean status.monitoring?"),
        ('[customers]\nremind_before = "3h"', "line 2: customers.remind_before should be shorter than mail_within"),
        ("[customers]\nsignatory = 4", "line 2: customers.signatory should be text in quotes"),
        ('[sla]\nlegal = "U1"', "line 2: sla.legal should be a list of words in quotes"),
        ("[sla]\nlegl = []", "line 2: sla.legl is not known; did you mean legal?"),
        ('[calendar.games]\nevery = "daily"', 'line 2: calendar.games.every should be one of "weekly", "monthly"'),
        ('[calendar.games]\nat = "9 am"', "line 2: calendar.games.at should be a time of day in quotes"),
        ("[calendar.games]\nmonth = 3", "line 2: calendar.games.month is not known"),
        ('[calendar.games]\nto = "nobody"', "line 2: calendar.games.to: there is no [target.nobody]"),
        ('[calendar.digest]\ndays = ["Wed"]', "line 2: calendar.digest.days should be a list of days: mon"),
        ('[calendar.digest]\nevery = "monthly"', 'calendar.digest.days: is for every = "weekly"'),
        ('[calendar.progress]\nevery = "weekly"', "calendar.progress.shows: progress is told monthly, quarterly or"),
        ('[target.board]\nready_within = "soon"', "line 2: target.board.ready_within is not a duration: 'soon'"),
        ('[target.owners]\naliases = ["execs"]', "line 2: target.owners.aliases: 'execs' already means executives"),
        ('[role.medic]\naliases = ["ic"]', "line 2: role.medic.aliases: 'ic' already means commander"),
        ('[target."a:b"]\nchannel = "x"', "line 1: target.a:b should have a name of small letters, digits and _"),
        ('[target."a.b"]\nchannel = "x"', "line 1: target.a.b should have a name of small letters, digits and _ only"),
        ("[role.Legal]", "line 1: role.Legal should have a name of small letters, digits and _ only: [role.legal]"),
        ('[role]\n"Team Lead" = {label = "x"}', "line 2: role.Team Lead should have a name of small letters, digits"),
        ('[target.list]\nchannel = "x"', "line 1: target.list: list means something else after `/incident escalate`"),
        ('[target.board]\naliases = ["b", "Ack"]', "line 2: target.board.aliases: 'ack' means something else after"),
        ('[target.board]\naliases = ["EXECS"]', "target.board.aliases: 'execs' already means executives"),
        ('[target.board]\nchannel = "#"', "line 2: target.board.channel should be the name of a channel, like"),
        ('[channels]\nannounce = "# "', "line 2: channels.announce should be the name of a channel, like"),
        ('[channels]\nstatus = "#"', "line 2: channels.status should be the name of a channel, like"),
        ('[calendar.games]\nchannel = "#"', "line 2: calendar.games.channel should be the name of a channel, like"),
        ('[role.ops]\naliases = [""]', "line 2: role.ops.aliases should hold no empty word"),
        ('customers = "all"', "line 1: customers should be a table: [customers]"),
        ('[target]\nboard = "B"', "line 2: target.board should be a table: [target.board]"),
        ('[postmortem]\nformats = { P0 = "sre", P9 = "sre" }', "line 2: postmortem.formats.P9 is not known"),
        ('severity.P0.label = ""', "line 1: severity.P0.label should be a word in quotes, not empty"),
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


def test_conflicts_are_told_together_with_the_other_mistakes() -> None:
    """Every mistake at once: what is wrong by itself, and what is wrong between keys that are right."""
    found = mistakes(
        '[severity.P0]\nlabel = 3\nspellings = ["sev2"]\nescalate = [{after = "30m", to = "nobody"}]\n'
        '[working_hours]\nfrom = "18:00"\n'
    )
    assert found == [
        "line 2: severity.P0.label should be a word in quotes, not empty",
        "line 3: severity.P1.spellings: 'sev2' already means P0",
        "line 4: severity.P0.escalate: there is no [target.nobody]",
        "line 6: working_hours.to should be later than from",
    ]


def test_a_conflict_that_rests_on_a_broken_key_is_not_invented() -> None:
    """``sev1`` was to move from P0 to P1; that P0's words cannot be read is the only mistake."""
    (line,) = mistakes('[severity.P0]\nspellings = "fire"\n[severity.P1]\nspellings = ["sev1"]\n')
    assert line == "line 2: severity.P0.spellings should be a list of words in quotes"


def test_any_cadence_is_the_organisations_own_and_the_built_in_one_is_never_under_15_minutes(
    default: Policy,
) -> None:
    """DR-3: no default cadence under 15 min; R-COM-5: the schedule is data."""
    assert min(one.update_every for one in default.severities.values()) == timedelta(minutes=15)
    assert read_policy(DEFAULT, '[severity.P0]\nupdate_every = "2m"').severities["P0"].cadence == "2 min"


def test_the_built_in_policy_is_the_long_seeds(default: Policy) -> None:
    """R-COM-1 to R-COM-5, R-ESCL-1 to R-ESCL-3, R-ESCL-10, R-RES-1 to R-RES-3, R-CUS-1 to R-CUS-3, R-DRL-1."""
    p0, p1, p2, p3 = default.severities.values()
    ladders = [[(print_duration(rung.after), rung.to) for rung in one.escalate] for one in (p0, p1, p2, p3)]
    assert ladders == [
        [("30 min", "executives"), ("1 h", "customer_calls"), ("4 h", "board")], [("1 h", "executives")], [], [],
    ]  # fmt: skip
    assert default.escalation_clock == "declared"
    assert (p0.inform, p1.inform) == (("executives",), ())
    assert p0.expects == (
        "Engineering: all available",
        "Executives: at once",
        "Customer success: the full team",
    )
    assert p1.expects == (
        "Engineering: platform team and on-call", "Executives: within 1 h",
        "Customer success: affected account managers",
    )  # fmt: skip
    assert [one.invite + one.expects for one in (p2, p3)] == [(), ()]
    assert {"commander", "comms", "scribe"} <= set(default.roles)
    assert {*p0.roles, *p1.roles} <= set(default.roles)
    assert [one.may_pause for one in (p0, p1, p2, p3)] == [False, False, True, True]
    assert default.targets["customer_success"].ready_within == timedelta(minutes=15)
    customers = default.customers
    assert (customers.mail_within, customers.follow_up_within) == (timedelta(hours=2), timedelta(hours=24))
    assert customers.mail_within - customers.remind_before == timedelta(minutes=90)
    assert default.first_external == timedelta(minutes=10)
    assert {one.name: one.every for one in default.reminders} == {
        "digest": "weekly",
        "progress": "monthly",
        "assessment": "quarterly",
        "evaluation": "yearly",
        "training": "monthly",
        "simulation": "quarterly",
    }
    digest = default.reminders[0]
    assert (digest.days, digest.at.isoformat(), digest.channel, digest.shows) == (
        (2,),
        "09:00:00",
        "",
        "digest",
    )
    assert {one.name for one in default.reminders if one.to == "executives"} == {
        "progress",
        "assessment",
        "evaluation",
    }


def test_a_name_comes_before_an_alias_of_another() -> None:
    """``calls`` is an alias of the built-in customer calls, until the organisation has calls of its own."""
    assert read_policy(DEFAULT).target("calls").name == "customer_calls"
    assert read_policy(DEFAULT, '[target.calls]\nchannel = "calls"').target("calls").name == "calls"
    assert read_policy(DEFAULT, '[role.medic]\naliases = ["comms"]').role("comms").key == "comms"


def test_each_format_has_a_clock_that_an_organisation_may_change(default: Policy) -> None:  # R-FMT-4
    assert set(default.clocks) == set(FORMATS)
    assert [name for name, clock in default.clocks.items() if clock == "12h"] == ["classic"]
    mine = read_policy(DEFAULT, '[postmortem.clocks]\nreport = "12h"\nclassic = "24h"\n')
    assert (mine.clocks["report"], mine.clocks["classic"], mine.clocks["sre"]) == ("12h", "24h", "24h")
    wrong = mistakes('[postmortem.clocks]\nreport = "13h"\nclasic = "12h"\n')
    assert [words.partition(" ")[2].partition(" ")[2] for words in wrong] == [
        'postmortem.clocks.report should be one of "24h", "12h"',
        "postmortem.clocks.clasic is not known; did you mean classic?",
    ]


def test_a_postmortem_is_due_by_the_severity_else_by_the_rule_for_all() -> None:
    """AD-1."""
    policy = read_policy(DEFAULT, '[postmortem]\ndue = "24h"\n[severity.P0]\npostmortem_due = "8h"\n')
    due = {level: one.postmortem_due / timedelta(hours=1) for level, one in policy.severities.items()}
    assert due == {"P0": 8, "P1": 24, "P2": 24, "P3": 24}


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ('remind_before = "24h"', 'remind_before should be a list of durations, like ["24h", "4h"]'),
        ('remind_after = ["1d", "soon"]', "remind_after is not a duration: 'soon'"),
        ('remind_after = ["2d"]', "escalate_after should be longer than each of remind_after"),
        ('escalate_to = "bosses"', "escalate_to: there is no [target.bosses]"),
        (f"checklist = {['x' * 76]}", "checklist should hold at most 10 points of at most 75 characters"),
        (f"checklist = {[str(n) for n in range(11)]}", "checklist should hold at most 10 points"),
        ('checklist = ["once", "once "]', "checklist should hold no point twice"),
        ('checklist = [""]', "checklist should hold no empty word"),
    ],
)
def test_rules_for_a_postmortem_that_cannot_be_kept_to_are_named(override: str, says: str) -> None:
    """DR-23, AD-8."""
    (mistake,) = mistakes(f"[postmortem]\n{override}\n")
    assert f"postmortem.{says}" in mistake
