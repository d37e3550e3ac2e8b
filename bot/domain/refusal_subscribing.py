"""What is refused about subscriptions, with the next command to run (DR-16)."""

from bot.domain.refusal import Refusal


class SubscribeToDrill(Refusal):
    """{ref} is a drill: nothing about it is said outside of its channel. Go to {where} to follow it."""

    next = "/incident status {ref}"


class SubscribeToOver(Refusal):
    """{ref} is {status}: nothing more is told of it, so nobody was subscribed."""

    next = "/incident status {ref}"


class SubscribeToMerged(Refusal):
    """{ref} goes on in {into}, so nobody was subscribed to it."""

    next = "/incident subscribe {into}"


class SubscribeToOne(Refusal):
    """One subscribes to one incident; all of severity {severity} are announced in #{announce}."""

    next = "/incident list {given}"
