"""Names of files that cannot leave their folder: whatever people wrote, the name is one name, and no path."""

import re
import unicodedata

from bot.domain.signs import cut_between

LONGEST = 150
"""Bytes in UTF-8: file systems take 255, and a folder, a number or a suffix may come before or behind."""
_APART = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u2028\u2029]+")
"""What parts a path, what Windows refuses in a name, and what nobody can see."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Classes of signs that hide or turn others: ``gpj.exe`` turned round reads as a picture."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""What Windows takes for a device, with any suffix."""
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_NOTHING = "file"


def safe_name(name: str, *, longest: int = LONGEST) -> str:
    """*name* as the name of a file in the folder where it is put, at most *longest* bytes (16 or more).

    Without separators, signs that control or hide, dots or blanks at its ends, and names of devices; the suffix stays
    where it is cut, and no character is cut in two. Safe names stay as they are.
    """
    plain = unicodedata.normalize("NFC", name)
    seen = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in _APART.sub("-", plain))
    kept = _trimmed(seen)
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    return _cut(kept or _NOTHING, longest)


def file_name(*parts: str, suffix: str) -> str:
    """The name of a file of ours: *parts* with dashes between them, and *suffix* without its dot."""
    return safe_name(f"{'-'.join(part for part in parts if part)}.{suffix}")


def _trimmed(name: str) -> str:
    """*name* with single blanks, and without dots and blanks at its ends."""
    return " ".join(name.split()).lstrip(". ").rstrip(". ")


def _cut(name: str, longest: int) -> str:
    if len(name.encode()) <= longest:
        return name
    match = _SUFFIX.search(name)
    suffix = match[0] if match else ""
    head = name[: -len(suffix)] if suffix else name
    cut = head.encode()[: longest - len(suffix)].decode("utf-8", "ignore")
    cut = head[: cut_between(head, len(cut))]
    return (_trimmed(cut) or _NOTHING) + suffix
