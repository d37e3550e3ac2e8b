"""The policy reference: what the built-in policy's comments and the checks of its keys say, as Markdown tables.

The words stand once: in the comments of ``bot/default_policy.toml`` (what a key means), in the docstrings of
``bot/domain/policy_checks.py`` (what it holds) and of ``bot/domain/policy_conflicts.py`` (what must fit together).
"""  # noqa: INP001 - part of a script, no package

import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from bot.domain import policy_conflicts
from bot.domain.policy_checks import Check
from bot.domain.policy_file import keys, read_policy
from bot.settings import DEFAULT_POLICY

HOME = "bot/default_policy.toml"
LONGEST_CELL = 130
"""Characters of a built-in value that a table still shows well."""
_TABLE = re.compile(r"(?P<example># )?\[(?P<name>[\w.]+)\]\s*(?:# (?P<says>.*))?")
_KEY = re.compile(r"(?P<example># )?(?P<key>\w+) = (?P<rest>\S.*)")
_VALUE = re.compile(r"""(?P<value>(?:"[^"]*"|'[^']*'|[^"'#])*?)\s*(?:# (?P<says>.*))?""")


@dataclass(slots=True, kw_only=True)
class Written:
    """What the built-in policy writes about one table or key."""

    says: str = ""
    example: str = ""
    keys: dict[str, "Written"] = field(default_factory=dict)


def written(source: str) -> dict[str, Written]:
    """Each table of *source* with the comments about it and its keys, also of those that stand there as examples."""
    found: dict[str, Written] = {}
    table, above = Written(), ""
    for line in source.splitlines():
        if (head := _TABLE.fullmatch(line)) and _is_table(head["name"]):
            table = found.setdefault(head["name"], Written())
            table.says = table.says or " ".join(filter(None, (above, head["says"])))
            above = ""
        elif (key := _KEY.fullmatch(line)) and (value := _VALUE.fullmatch(key["rest"])):
            one = table.keys.setdefault(key["key"], Written())
            says = " ".join(filter(None, (above, value["says"])))
            one.says = one.says or says
            if key["example"]:
                one.example = value["value"].strip()
            above = ""
        else:
            above = f"{above} {line[2:]}".strip() if line.startswith("# ") else ""
    return found


def _is_table(name: str) -> bool:
    """Whether it is the name of a table, and not a list on a line of its own."""
    group = name.partition(".")[0]
    return name in keys() or f"{group}.NAME" in keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One key as the reference shows it."""

    key: str
    holds: str
    default: str
    says: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table, or several that are alike."""

    names: tuple[str, ...]
    says: str
    rows: tuple[Row, ...]


def sections() -> list[Section]:
    """Every table that a policy file may have, those that are alike as one; in the order of the built-in policy."""
    source = DEFAULT_POLICY.read_text(encoding="utf-8")
    told, data = written(source), tomllib.loads(source)
    groups: dict[int, list[str]] = {}
    for table, known in keys().items():
        if not _is_inline(table, told):
            groups.setdefault(id(known), []).append(table)
    made = [_section(tuple(names), told, data) for names in groups.values()]
    order = list(told)
    return sorted(made, key=lambda one: min((order.index(n) for n in one.names if n in order), default=999))


def _is_inline(table: str, told: Mapping[str, Written]) -> bool:
    """Whether a table is written as a value of the one that it is in: ``formats = {…}``."""
    outer, _, name = table.rpartition(".")
    return bool(outer) and outer in told and name in told[outer].keys


def _section(names: tuple[str, ...], told: Mapping[str, Written], data: Mapping[str, Any]) -> Section:
    first = names[0]
    says = next((told[name].says for name in names if name in told and told[name].says), "")
    checks = dict(keys()[first])
    inner = {name.rpartition(".")[2]: known for name, known in keys().items() if name.startswith(f"{first}.")}
    rows = [_row(key, holds_of(check), names, told, data) for key, check in checks.items()]
    rows += [
        _row(key, _for_each(known), names, told, data)
        for key, known in inner.items()
        if _is_inline(f"{first}.{key}", told)
    ]
    alike = set(map(id, checks.values()))
    if len(checks) > 1 and len(alike) == 1 and not any(row.says for row in rows):
        one = next(iter(checks.values()))
        shown = next((f"{row.key} = {row.example}" for row in rows if row.example), "")
        rows = [Row(key=", ".join(checks), holds=holds_of(one), default="", says="", example=shown)]
    return Section(names=names, says=says, rows=tuple(rows))


def holds_of(check: Check) -> str:
    """What a key holds, in the words of its check."""
    return (inspect.getdoc(check) or "").partition("\n")[0].removesuffix(".")


def _for_each(known: Mapping[str, Check]) -> str:
    holds = holds_of(next(iter(known.values())))
    return f"For each of {', '.join(known)}: {holds[:1].lower()}{holds[1:]}"


def _row(
    key: str, holds: str, names: tuple[str, ...], told: Mapping[str, Written], data: Mapping[str, Any]
) -> Row:
    ones = [told[name].keys[key] for name in names if name in told and key in told[name].keys]
    values = [_value(name, key, data) for name in names]
    return Row(
        key=key,
        holds=holds,
        default=_default(values),
        says=next((one.says for one in ones if one.says), ""),
        example=next((one.example for one in ones if one.example), ""),
    )


def _value(table: str, key: str, data: Mapping[str, Any]) -> Any:
    found: Any = data
    for part in (*table.split("."), key):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _default(values: list[Any]) -> str:
    """The value, or those of all tables where they are not the same."""
    shown = [toml(value) for value in values if value is not None]
    return shown[0] if len(set(shown)) == 1 else " · ".join(shown)


def toml(value: Any) -> str:
    """*value* as a policy file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + " }"
    return str(value)


def rules() -> list[str]:
    """What must fit together between keys, a sentence each."""
    found = [
        one
        for _, one in inspect.getmembers(policy_conflicts, inspect.isfunction)
        if one.__module__ == policy_conflicts.__name__
        and one is not policy_conflicts.conflicts
        and get_type_hints(one).get("return") == Iterator[policy_conflicts.Conflict]
    ]
    found.sort(key=lambda one: one.__code__.co_firstlineno)
    return [" ".join((inspect.getdoc(one) or one.__name__).split()) for one in found]


def policy() -> str:
    """The whole reference, below the introduction of docs/policy.md."""
    parts = []
    for section in sections():
        heading = ", ".join(f"`[{name}]`" for name in section.names)
        table = ["| Key | Holds | Built in | Meaning |", "|---|---|---|---|", *map(_line, section.rows)]
        parts.append("\n\n".join(filter(None, (f"### {heading}", _sentence(section.says), "\n".join(table)))))
    parts.append("## What must fit together\n\n" + "\n".join(f"- {rule}" for rule in rules()))
    return "\n\n".join(parts)


def _line(row: Row) -> str:
    says = _sentence(row.says) + (f" Example: `{row.example}`" if row.example else "")
    key = ", ".join(f"`{key}`" for key in row.key.split(", "))
    default = " · ".join(f"`{one}`" for one in row.default.split(" · ")) if row.default else "–"
    if len(default) > LONGEST_CELL:
        default = f"[a longer one](../{HOME})"
    cells = (key, row.holds, default, says.strip())
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sentence(words: str) -> str:
    """*words* as a sentence; a word that is typed stays as it is."""
    words = words.strip()
    first = words.partition(" ")[0]
    if first.isalpha() and first not in {"true", "false"}:
        words = f"{words[:1].upper()}{words[1:]}"
    return words if not words or words[-1] in ".?" else f"{words}."


def lacking() -> list[str]:
    """Keys of which the reference says nothing, or whose example is not taken; and how to mend that."""
    found = [
        f"[{section.names[0]}] {row.key}: write what it means in {HOME}, behind the key or above it"
        for section in sections()
        for row in section.rows
        if not (row.says or section.says) or not row.holds
    ]
    source = DEFAULT_POLICY.read_text(encoding="utf-8")
    for name, table in written(source).items():
        for key, one in table.keys.items():
            if one.example and (
                wrong := keys().get(_kind(name), {}).get(key, _unknown)(_parsed(one.example))
            ):
                found.append(f"{HOME}, example of {name}.{key}: {wrong}")
    read_policy(source)
    return found


def _kind(table: str) -> str:
    group = table.partition(".")[0]
    return f"{group}.NAME" if f"{group}.NAME" in keys() else table


def _parsed(example: str) -> Any:
    return tomllib.loads(f"value = {example}")["value"]


def _unknown(value: Any) -> str | None:
    """A table within a table: the whole policy is asked whether it takes it."""
    return None if isinstance(value, dict) else "no key is called so"


__all__ = ["lacking", "policy"]
