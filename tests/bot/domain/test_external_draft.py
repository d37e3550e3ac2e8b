"""A draft for customers: what stands in it, and that nothing else ever does (rule 9 of the layout)."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import render
from bot.domain import external_draft
from bot.domain.external_draft import ExternalDraft
from bot.domain.incident import Incident
from bot.domain.mrkdwn import Names, escaped
from bot.domain.policy import FORMATS
from bot.domain.replay import Stage
from bot.domain.replay_import import EMPTY_FACTS
from bot.domain.timeline import Kind
from tests.bot.formats.test_formats import check
from tests.filling import filled
from tests.records import FILES, NAMES, entry, incident, minutes, needs_replays, policy, record, state

SENT = {"phase": "identified", "audience": "external"}


def build(of, entries=(), names=NAMES, clock="24h"):
    return external_draft.build(of, list(entries), policy=policy(), names=names, clock=clock)


def document(of, entries=(), names=NAMES, clock="24h"):
    return render.document("postmortem/external.md.j2", {"d": build(of, entries, names, clock).draft})


def service(name="checkout", impact="payments were refused"):
    return {"affected_services": [{"name": name, "impact": impact, "entered": "during"}]}


def measured(name, text):
    return {
        "impact_metrics": [{"name": name, "value": text, "unit": "text", "text": text, "entered": "during"}]
    }


# On the shared replays


@needs_replays
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("file", FILES)
def test_every_replay_has_all_that_customers_may_read_and_nothing_else(file, name, stage, tmp_path):
    text = document(*record(file, stage), names=Names(), clock=policy().clocks[name])
    code, said = check(text, file, tmp_path, "--audience", "external", "--stage", stage.value)
    assert code == 0, said


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_nobody_of_a_replay_is_named(file):
    of, entries = record(file, Stage.FINAL)
    text = document(of, entries, names=Names())
    people = of.header["people"]
    assert not [p["name"] for p in people if p.get("name") and p["name"] in text]
    assert not [p["email"] for p in people if p.get("email") and p["email"] in text]


@needs_replays
@pytest.mark.parametrize("file", FILES)
def test_the_review_changes_nothing_that_customers_read(file):
    """What people write later about causes, money and lessons is for inside."""
    before, after = (build(*record(file, stage), names=Names()).draft for stage in Stage)
    assert before == after


@needs_replays
def test_a_note_about_an_update_and_a_mail_to_some_are_no_updates_as_sent():
    text = document(*record("techflow-p0"), names=Names())
    assert "Initial status page update posted" not in text
    assert "Final status page update confirming" not in text
    assert text.index("INVESTIGATING:") < text.index("IDENTIFIED:") < text.index("RESOLVED:")


# What it is built from

ALLOWED = {
    "title", "ref", "organisation", "window", "durations", "services", "data_loss", "updates", "escalated",
    "prompts", "made", "content",
}  # fmt: skip


def test_the_value_has_fields_for_what_may_leave_and_no_others():
    assert {each.name for each in fields(ExternalDraft)} == ALLOWED


SHOWN = {
    "ref", "title", "services", "customer", "timezone", "facts", "header", "status", "severity", "summary", "roles",
    "sla_approvals",
}  # fmt: skip
"""Fields of an incident that the draft may look at, or that are filled by hand below."""
HINTS = get_type_hints(Incident)


def secret(of, entries, word):
    """*of* and *entries* with *word* in every field that is for inside, numbered so that each can be found."""
    n = iter(range(1, 1_000))

    def word_here():
        return f"zq{word}{next(n)}q"

    def item(**more):
        return {"group": word_here(), "name": word_here(), "text": word_here(), "entered": "during"} | more

    facts = {
        **of.facts,
        "summary": {"text": word_here(), "entered": "during"},
        "impact_metrics": [
            *of.facts.get("impact_metrics", ()),
            {"name": word_here(), "value": word_here(), "unit": "text", "text": word_here(), "entered": "during"},
        ],
        "affected_customers": {
            "total": 9, "percent": 20, "text": word_here(), "timezones": [word_here()],
            "segments": [item()], "regions": [item()], "named": [{"name": word_here(), "text": word_here(), "arr": 7}],
        },
        "business_impact": [item(), item(text="$4,711,000 in revenue at risk")],
        "sla": [{"text": word_here(), "confidential": True, "entered": "during"}],
        "root_cause": {"text": word_here(), "chain": [{"title": word_here(), "details": [word_here()]}]},
        "contributing_factors": [item()], "fixes": [item()], "prevention": [item()], "technical_details": [item()],
        "lessons": [{"group": word_here(), "title": word_here(), "text": word_here()}],
        "customer_feedback": [{"kind": "quote", "who": word_here(), "text": word_here()}],
        "communications_sent": [{"id": "c1", "subject": word_here(), "body": word_here(), "recipients": [word_here()]}],
        "success_metrics": [{"group": word_here(), "name": word_here(), "text": word_here()}],
        "artifacts": [{"title": word_here(), "kind": "log", "content": word_here()}],
        "process": [item()],
        "document": {"prepared_by": word_here(), "assigned": word_here(), "reviewers": word_here()},
    }  # fmt: skip
    header = {
        **of.header,
        "severity": {"as_written": word_here()},
        "stated": {"duration": word_here(), "lead": word_here()},
        "people": [
            {"id": "p1", "name": word_here().capitalize(), "role": word_here(), "team": word_here(),
             "email": f"{word_here()}@example.com"},
        ],
    }  # fmt: skip
    texts = {
        each.name: filled(HINTS[each.name], word_here) for each in fields(Incident) if each.name not in SHOWN
    }
    hidden = replace(
        of, **{name: value for name, value in texts.items() if value is not None} | {"facts": facts, "header": header},
        summary=word_here() if of.customer is None else of.summary,
        roles={"comms": word_here()}, sla_approvals={"legal": word_here()},
    )  # fmt: skip
    assert facts.keys() | {"action_items"} == EMPTY_FACTS.keys(), (
        "a new kind of fact: for customers, or hidden here"
    )
    notes = [
        entry(
            10 + k, word_here(), kind, author=f"U{k}", author_name=None, label=word_here(), group=word_here(),
            link=word_here(), files=({"name": word_here(), "url": word_here()},),
        )
        for k, kind in enumerate(Kind)
    ]  # fmt: skip
    told = [
        entry(40, word_here(), Kind.COMMS_EXTERNAL, data={"comm": {"channel": "status page"}}),
        entry(41, word_here(), Kind.COMMS_EXTERNAL, data={"comm": {"channel": "e-mail", "template": "c9"}}),
        entry(42, word_here(), Kind.COMMS_EXTERNAL, data={"comm": {"channel": None, "template": "c9"}}),
        state(43, "update", word_here(), phase="identified", audience="internal"),
        replace(state(44, "update", word_here(), **SENT), kind=Kind.COMMS_EXTERNAL, deleted_at=minutes(45)),
        replace(
            state(46, "update", "The text as it stands.", **SENT), kind=Kind.COMMS_EXTERNAL, edited_at=minutes(47),
            versions=({"at": minutes(46).isoformat(), "text": word_here()},), author=word_here(),
        ),
        entry(48, word_here(), deleted_at=minutes(49)),
        state(50, "severity", word_here(), reason=word_here()), state(51, "sla_approved", word_here()),
        state(52, "customers_told", word_here()), state(53, "escalated", word_here(), target=word_here()),
    ]  # fmt: skip
    return hidden, [*entries, *notes, *told]


def whole(**more):
    """An incident with everything that customers may read, and two updates that they read."""
    facts = {**service(), **measured("Data Loss", "None")}
    of = incident(title="Payments are refused", services=("checkout",), facts=facts, **more)
    updates = [
        replace(state(5, "update", "We are looking into it.", phase="investigating", audience="external"),
                kind=Kind.COMMS_EXTERNAL),
        entry(60, "It is over.", Kind.COMMS_EXTERNAL,
              data={"comm": {"channel": "status page", "template": "c1", "phase": "resolved"}}),
    ]  # fmt: skip
    return of, updates


@settings(max_examples=60, deadline=None)
@given(
    word=st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9),
    customer=st.sampled_from([None, "Globex"]),
)
def test_no_text_of_a_field_that_is_for_inside_ever_stands_in_it(word, customer):
    of, updates = whole(customer=customer, summary="Globex cannot pay" if customer else None)
    hidden, entries = secret(of, updates, word)
    names = Names(people={f"U{n}": f"Zq{word}{n}q Person" for n in range(1, 30)})
    made = build(hidden, sorted(entries, key=lambda each: each.at), names)
    text = render.document("postmortem/external.md.j2", {"d": made.draft})
    assert f"zq{word}" not in text.lower()
    assert "4,711,000" not in text
    assert f"zq{word}" not in " ".join(made.remarks).lower()
    for shown in ("Payments are refused", "checkout**: payments were refused", "**Data loss:** None", "It is over.",
                  "We are looking into it.", "The text as it stands."):  # fmt: skip
        assert shown in text


def test_what_happens_inside_leaves_no_trace_in_its_hash():
    of, updates = whole()
    hidden, entries = secret(of, updates, "inside")
    shown = [each for each in entries if "The text as it stands" in each.text]
    plain = build(of, sorted([*updates, *shown], key=lambda each: each.at)).draft
    other = build(hidden, sorted(entries, key=lambda each: each.at)).draft
    assert plain.content == other.content


# The gate: a text that may leave by its field may still have to stay


def ana(of):
    """*of* with somebody in its record whom the workspace knows as Ana Alvarez."""
    return replace(of, roles={"commander": "U1"})


STAYS = {
    "Credits of $50 follow": "names an amount",
    "You get 10% of your fee back": "names an amount",
    "Write to ana@example.com": "holds a mail address",
    "<@U1> looks into it": "mentions somebody or a channel",
    "See <#C1>": "mentions somebody or a channel",
    "Ask in #payments": "mentions somebody or a channel",
    "As in INC-2025-0101-007": "names another incident",
    "Churn of two accounts": "speaks of business or of the law",
    "Like Initech": "names another customer",
    "Confidential, see the report": "says that it is for inside",
    "Red, as we call it": "says that it is for inside",
    "Ana Alvarez restarted it": "names a person",
    "restarted by Alvarez": "names a person",
}
FIELDS = {
    "the title": lambda of, text: replace(of, title=text),
    "a service": lambda of, text: replace(of, services=(text,), facts={**of.facts, "affected_services": []}),
    "how a service was affected": lambda of, text: replace(of, facts={**of.facts, **service(impact=text)}),
    "data loss": lambda of, text: replace(of, facts={**of.facts, **measured("Data Loss", text)}),
    "the customer": lambda of, text: replace(of, customer=text),
    "the issue": lambda of, text: replace(of, summary=text),
    "the organisation": lambda of, text: replace(of, header={**of.header, "organisation": text}),
    "the id": lambda of, text: replace(of, header={**of.header, "id": text}),
    "the status": lambda of, text: replace(of, header={**of.header, "status": text}),
}


@pytest.mark.parametrize("field", list(FIELDS))
@pytest.mark.parametrize("text", list(STAYS))
def test_a_text_that_must_stay_inside_stays_as_a_whole_and_is_said_to_people(
    field, text
):  # R-SLA-1, question 17
    named = {"affected_customers": {"named": [{"name": "Initech"}]}}
    of = ana(incident(customer="Globex", summary="They cannot pay", facts=named, classification="Red"))
    made = build(FIELDS[field](of, text), names=NAMES)
    readable = text.replace("<@U1>", "@Ana Alvarez").replace("<#C1>", "#payments")
    assert text not in repr(made.draft)
    assert readable not in repr(made.draft)
    (remark,) = made.remarks
    assert STAYS[text] in remark


@pytest.mark.parametrize("text", list(STAYS))
def test_an_update_that_holds_such_a_text_is_left_out_too(text):
    named = {"affected_customers": {"named": [{"name": "Initech"}]}}
    sent = replace(state(5, "update", text, **SENT), kind=Kind.COMMS_EXTERNAL)
    made = build(ana(incident(facts=named, classification="Red")), [sent])
    assert made.draft.updates == ()
    assert made.remarks == (f"The update of 14:07 is left out, because it {_why(text)}.",)


def _why(text):
    full = "names an amount, and legal and finance have not both approved that"
    return full if STAYS[text] == "names an amount" else STAYS[text]


def test_an_amount_leaves_once_both_sides_have_approved_it():  # R-SLA-2
    of = incident(title="Credits of $50 follow")
    assert "$50" not in document(of)
    assert "$50" not in document(replace(of, sla_approvals={"legal": "U1"}))
    assert "$50" in document(replace(of, sla_approvals={"legal": "U1", "finance": "U2"}))


def test_harmless_words_that_look_like_names_pass():
    """A person called Mark Park: "mark" and "park" in small letters are words."""
    of = incident(facts=service(impact="20% of the users could not mark a parking lot in the park"))
    for name in ("Mark Park", "mark park", "U1"):
        made = build(ana(of), names=Names(people={"U1": name}))
        assert made.remarks == ()
        assert "in the park" in made.draft.services[0].value


def test_ones_own_reference_passes():
    assert build(incident(title="INC-2026-0309-001: refused")).draft.title == "INC-2026-0309-001: refused"


# Its words


def test_a_title_that_cannot_leave_gives_way_to_the_date():
    assert build(ana(incident(title="Ana broke it"))).draft.title == "Service disruption of March 9, 2026"
    assert build(incident(title="")).draft.title == "Service disruption of March 9, 2026"


def test_its_own_words_never_say_outage_and_recorded_ones_are_remarked_on():  # BL-5
    of = incident(title="API outage", facts=service(impact="all down"))
    assert document(replace(of, title="")).lower().count("outage") == 0
    (remark,) = build(of).remarks
    assert "no total loss is recorded" in remark
    total = {"affected_customers": {"percent": 100}}
    assert build(replace(of, facts={**of.facts, **total})).remarks == ()


def test_what_is_missing_is_asked_for_without_naming_anything():
    made = build(incident())
    assert len(made.draft.prompts) == 4
    of, updates = whole()
    assert build(of, updates).draft.prompts == (
        "What happened, in two or three sentences that a customer understands?",
        "What is done so that it does not happen again?",
    )
    text = document(incident())
    assert text.count("_[to write: ") == 4
    assert "**Still to be written (4):**" in text


def test_durations_are_those_of_the_impact_with_both_ends():
    made = build(incident()).draft
    assert [(each.name, each.value, each.note) for each in made.durations] == [
        ("Impact contained after", "1 hour 30 minutes", "14:02 to 15:32"),
        ("Resolved after", "2 hours", "14:02 to 16:02"),
        ("Closed after", "2 hours 10 minutes", "14:02 to 16:12"),
    ]
    assert build(incident(mitigated_at=None)).draft.durations[0].name == "Resolved after"


def test_several_windows_of_impact_are_told_with_their_sum():
    windows = [
        {"name": "Window", "unit": "window", "text": "w", "entered": "during",
         "value": f"{minutes(a).isoformat()}/{minutes(b).isoformat()}"}
        for a, b in ((0, 10), (60, 90))
    ]  # fmt: skip
    first = build(incident(facts={"impact_metrics": windows})).draft.durations[0]
    assert (first.name, first.value) == ("Affected in all", "40 minutes")
    assert first.note == "14:02 to 14:12; 15:02 to 15:32"


def test_the_clock_is_that_of_the_format():  # R-FMT-4
    of, updates = whole()
    assert "March 9, 2026, 2:02 PM to 4:02 PM UTC" in document(of, updates, clock="12h")
    assert "**2:07 PM**, investigating: We are looking into it." in document(of, updates, clock="12h")


def test_the_date_of_the_record_stands_in_it_and_no_minute_of_it():
    late = entry(0, "inside", at=minutes(0) + timedelta(days=3, minutes=7))
    assert build(incident(), [late]).draft.made == "2026-03-12"


@pytest.mark.parametrize(
    "text", ["a | b", "# head", "<b>x</b>", "[l](http://x)", "{{ 7 }}", "1. one\n```\ncode"]
)
def test_hostile_text_is_shown_and_nothing_in_it_is_active(text):  # question 12
    of = incident(title=escaped(text), facts={**service(text, text), **measured("Data Loss", text)})
    plain = incident(title="x", facts={**service("x", "x"), **measured("Data Loss", "x")})
    lines = [len(document(each).splitlines()) for each in (of, plain)]
    assert lines[0] == lines[1]
    assert "<b>" not in document(of).replace("\\<b>", "")
