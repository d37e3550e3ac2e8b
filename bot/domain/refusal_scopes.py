"""What cannot be done because an administrator did not give the Slack app the scopes for it."""

from bot.domain.refusal import Refusal


class NoPrivateIncident(Refusal):
    """Nothing was declared: Tocsin may not open or read private channels here, its Slack app lacks the scope {scope}. Whoever runs Tocsin can add it. Until then, coordinate in a private channel by hand, or declare it where everybody can read it."""  # noqa: E501 - one answer

    next = "/incident declare {severity}"


class StaysPublic(Refusal):
    """{ref} stays public: Tocsin may not open private channels here, its Slack app lacks the scope {scope}. Whoever runs Tocsin can add it. Until then, go on about what is confidential in a private channel by hand."""  # noqa: E501 - one answer

    next = "/incident status {ref}"
