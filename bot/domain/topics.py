"""What a postmortem may hold beside the timeline: TOPICS, each with its place in the record and how it is written.

A topic is a list of items or one text. People call it by its name or by a word that also says which heading is meant
(``conclusion``, ``quote``): ALIASES.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import topic_items as items
from bot.domain.nearest import nearest
from bot.domain.refusal_writing import UnknownTopic, WhichTopic
from bot.domain.topic_items import Codec
from bot.domain.topic_text import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One part of a postmortem."""

    name: str
    label: str
    place: str
    """Where it stands in ``Incident.facts``: a key, or a key and a part of it (``root_cause.chain``)."""
    one: str = ""
    """What one item is called."""
    example: str = ""
    """What may be typed behind the name."""
    codec: Codec | None = None
    """How an item is read and written; None: it is one text, or its items need a form of their own."""
    is_form: bool = False
    """Items have several fields: each is written in a form of its own."""
    is_quiet: bool = False
    """Its words are not repeated in the channel (R-SLA-1)."""

    @property
    def key(self) -> str:
        """Its key in ``Incident.facts``."""
        return self.place.partition(".")[0]

    @property
    def part(self) -> str:
        """The part of that; empty: it is the whole."""
        return self.place.partition(".")[2]

    @property
    def is_text(self) -> bool:
        """Whether it is one text and no list."""
        return self.codec is None and not self.is_form

    @property
    def shape(self) -> Shape:
        """Which parts a line of it has."""
        return self.codec.shape if self.codec else Shape()


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(name="summary", label="Summary", place="summary",
              example="Checkout failed for all customers from 09:23 to 10:45."),
        Topic(name="root", label="Root cause", place="root_cause.text",
              example="The new pool limit was below the load of a normal Monday."),
        Topic(name="cause", label="Chain of causes", place="root_cause.chain", one="Cause", codec=items.CAUSE,
              example="Slow query in v2.7.3: held connections nine times longer"),
        Topic(name="factor", label="Contributing factors", place="contributing_factors", one="Factor",
              codec=items.FACTOR, example="Monitoring gaps: no alert on pool use"),
        Topic(name="resolution", label="Resolution", place="resolution",
              example="The load balancer was set back to even shares."),
        Topic(name="fix", label="Fixes", place="fixes", one="Fix", codec=items.FIX,
              example="during: raised the pool from 800 to 1200 connections"),
        Topic(name="detail", label="Technical details", place="technical_details", one="Detail", codec=items.DETAIL,
              example="Replication: lag rose to 47 seconds"),
        Topic(name="customers", label="Customers affected", place="affected_customers.text",
              example="1,847 customers (100% of the active ones)"),
        Topic(name="service", label="Affected services", place="affected_services", one="Service",
              codec=items.SERVICE, example="Mobile Apps: offline mode for 1h 15m"),
        Topic(name="segment", label="Customers by segment", place="affected_customers.segments", one="Segment",
              codec=items.SEGMENT, example="Enterprise: 127 customers (annual contracts $50K+)"),
        Topic(name="region", label="Customers by region", place="affected_customers.regions", one="Region",
              codec=items.REGION, example="Europe: 312 customers (17%)"),
        Topic(name="timezone", label="Impact by time zone", place="affected_customers.timezones", one="Time zone",
              codec=items.NAMED, example="Eastern Time: mid-day business hours"),
        Topic(name="customer", label="Named customers", place="affected_customers.named", one="Customer",
              codec=items.CUSTOMER, example="RetailMax: $180K ARR - 2h 47m downtime"),
        Topic(name="measure", label="Impact in numbers", place="impact_metrics", one="Measure", codec=items.MEASURE,
              example="Failed logins: about 1,200"),
        Topic(name="business", label="Business impact", place="business_impact", one="Business impact",
              codec=items.BUSINESS, example="Revenue: Direct loss: $47,000 (pro-rated)"),
        Topic(name="lesson", label="Lessons", place="lessons", one="Lesson", codec=items.LESSON,
              example="Technical / Database: Pool sizing: size for the worst case"),
        Topic(name="prevention", label="Prevention", place="prevention", one="Prevention", codec=items.PREVENTION,
              example="Testing: load test each change of the pool"),
        Topic(name="metric", label="Success metrics", place="success_metrics", one="Metric", codec=items.METRIC,
              example="Communication: First update: within 10 minutes (current: 12)"),
        Topic(name="process", label="Review, next steps, conclusion", place="process", one="Note",
              codec=items.PROCESS, example="Next Steps: watch the pool for a week"),
        Topic(name="feedback", label="Customer feedback", place="customer_feedback", one="Feedback",
              codec=items.FEEDBACKS, example="quote RetailMax: it cost us a day of sales"),
        Topic(name="sla", label="SLA impact (internal)", place="sla", one="SLA note", codec=items.SLA, is_quiet=True,
              example="Enterprise tier: eligible for a 10% credit"),
        Topic(name="document", label="The document", place="document", one="Field", codec=items.DOCUMENTS,
              example="reviewed_by: Jo Park (CTO)"),
        Topic(name="mail", label="Messages sent outside the bot", place="communications_sent", one="Message",
              is_form=True),
        Topic(name="evidence", label="Evidence (logs, code, configuration)", place="artifacts", one="Evidence",
              is_form=True),
    )
}  # fmt: skip
"""By the name that people type, in the order in which forms and lists show them."""
WELL, WRONG, LUCKY = "What went well", "What went wrong", "Where we got lucky"
"""Groups of lessons that answer a question each."""
ALIASES: Mapping[str, tuple[str, str]] = {
    # word          topic        heading
    "root_cause":   ("root", ""),
    "causes":       ("cause", ""),
    "chain":        ("cause", ""),
    "product":      ("service", ""),
    "services":     ("service", ""),
    "tz":           ("timezone", ""),
    "impact":       ("measure", ""),
    "next":         ("process", "Next Steps"),
    "review":       ("process", "Review process"),
    "conclusion":   ("process", "Conclusion"),
    "well":         ("lesson", WELL),
    "wrong":        ("lesson", WRONG),
    "lucky":        ("lesson", LUCKY),
    "quote":        ("feedback", "Quote"),
    "theme":        ("feedback", "Theme"),
    "count":        ("feedback", "Count"),
    "sentiment":    ("feedback", "Sentiment"),
    "artifact":     ("evidence", ""),
    "log":          ("evidence", ""),
    "email":        ("mail", ""),
    **{field: ("document", field) for field in items.DOCUMENT},
}  # fmt: skip
"""Other words for a topic, and the heading (of the document: the field) that they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The topic that a word means, and the heading that it brings along."""

    topic: Topic
    heading: str = ""


def find(word: str, *, step: str) -> Meant:
    """The topic that *word* means; *step* is what was to be done. Raises WhichTopic, UnknownTopic with the nearest."""
    if not word:
        raise WhichTopic(known=_known(), step=step, example="factor")
    plain_word = word.casefold().rstrip(":,.").replace("-", "_")
    for name in (plain_word, plain_word.removesuffix("s")):
        if name in TOPICS:
            return Meant(topic=TOPICS[name])
        if name in ALIASES:
            topic, heading = ALIASES[name]
            return Meant(topic=TOPICS[topic], heading=heading)
    begun = next((name for name in TOPICS if len(plain_word) > 2 and name.startswith(plain_word)), None)  # noqa: PLR2004
    near = nearest(plain_word, [*TOPICS, *ALIASES]) or begun or "factor"
    raise UnknownTopic(given=word, known=_known(), step=step, near=near)


def is_topic(word: str) -> bool:
    """Whether *word* means a topic."""
    return word.casefold() in {*TOPICS, *ALIASES}


def _known() -> str:
    return ", ".join(TOPICS)
