"""What people shared in the channel, as a draft shows it: pictures whole, everything else by name."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """One file that was shared. All text is plain; what is not known is ""."""

    name: str
    """As people see it, safe as the name of a file too (``bot.domain.filenames``)."""
    clock: str
    """When it was shared, in the zone of the document; with the date where that is not the first day's."""
    who: str
    kind: str
    """Its MIME type, such as ``image/png``."""
    size: int
    """Bytes, of the file itself: known where the content is not kept, too."""
    content: bytes | None = field(default=None, repr=False)
    """None where no copy was kept: then the file is named, and *note* says why."""
    note: str = ""
