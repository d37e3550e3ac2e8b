"""Briefs for executives and mails to customers, made from the record for whoever asks."""

from collections.abc import Mapping

from bot import render
from bot.documents import pre_approved, whole_record
from bot.domain import briefs, sla
from bot.domain.draft_record import Record, read_record
from bot.domain.mrkdwn import Names, escaped, plain
from bot.transaction import Transactions


class Briefs:
    """Makes them; changes nothing."""

    def __init__(self, transactions: Transactions) -> None:
        """Read in *transactions*."""
        self._tx = transactions

    def executive(self, ref: str) -> str:
        """The executive briefing, in Slack's encoding; amounts withheld until they are approved (R-SLA-1)."""
        record = self._record(ref)
        facts = {"b": briefs.executive(record, at=self._tx.clock.now())}
        return self._written("status/brief_exec.j2", facts, record)

    def mail(self, ref: str, name: str) -> str:
        """The mail to the customer *name* (Slack's encoding). Raises AmountsNotApproved."""
        record = self._record(ref)
        sla.check(record.incident, name)
        approved = pre_approved(self._tx.policy)
        facts = {"m": briefs.mail(record, plain(name, record.names), approved=approved)}
        return self._written("status/mail_customer.j2", facts, record)

    def _record(self, ref: str) -> Record:
        incident, entries, names = whole_record(self._tx, ref)
        with self._tx.read() as tx:
            texts, owners = [task.text for task in incident.tasks], [task.owner for task in incident.tasks]
            more = self._tx.names(tx, [*texts, *incident.services], filter(None, owners))
        names = Names(
            people={**more.people, **names.people}, channels={**more.channels, **names.channels},
            groups={**more.groups, **names.groups},
        )  # fmt: skip
        return read_record(incident, entries, policy=self._tx.policy, names=names)

    def _written(self, template: str, facts: Mapping[str, object], record: Record) -> str:
        return escaped(
            sla.redacted(render.document(template, facts, self._tx.policy.command).strip(), record.incident)
        )
