"""Who acts in a replay, and how commands call them."""

from bot.domain.replay import Replay


def people(replay: Replay) -> dict[str, str]:
    """Everybody who acts, id to name; who has no name is called by the role, nobody at all "Responder"."""
    told = {
        person["id"]: person.get("name") or person["role"].title() or person["id"]
        for person in replay.incident["people"]
    }
    return told or {"responder": "Responder"}


def handle(person: str) -> str:
    """The name by which a command calls *person* (an id of ``people``), who has it in the sandbox."""
    return "".join(char for char in person.lower() if char.isalnum() or char in "-_.") or "responder"
