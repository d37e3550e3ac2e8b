"""The form in which an incident is declared. Nothing but the severity is required (DR-18)."""

from bot.domain.origin import unpacked
from bot.slack import blocks
from handlers.asking import fitting, readable
from handlers.routes import DONE, Reply, Request, Routes, UseCases

routes = Routes()


def declare_form(
    use: UseCases,
    request: Request,  # noqa: ARG001 - in whose zone times are read
    *,
    title: str = "",
    about: str = "",
    severity: str = "",
) -> Reply:
    """The form, with what is known. *about*: the message that it comes from (``Origin.packed``)."""
    options = [(level, known.spelled) for level, known in use.lookup.policy.severities.items()]
    fields = [
        blocks.choice("severity", "How severe is it", options, initial=severity or None),
        blocks.text_input("title", "What is wrong", initial=readable(title, use)),
    ]
    return Reply(form=blocks.form("declare_form", "Declare an incident", "Declare", fields, about=about))


@routes.form("declare_form", verb="declare")
def keep(request: Request, use: UseCases) -> Reply:
    """Declare what was filled in."""
    title = " ".join(fitting(request.fields["title"]).split())
    use.incidents.declare(
        by=request.user, severity=request.fields["severity"], title=title, origin=unpacked(request.value)
    )
    return DONE
