"""MLflow's filter language: ``metrics.accuracy > 0.9 AND params.lr = '0.1'``, read into values.

Used for runs and for the registry; what a name means there is for them to say. Strings stand in quotes, names with
other characters than letters, digits, ``_``, ``.``, ``/`` and ``-`` in backticks or double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import BadQuery

MOST_CONDITIONS = 50
Value = str | float | tuple[str, ...] | None

_SPACE = r"\s*"
_KEY = r"""(?P<key>(?:[A-Za-z_]+\s*\.\s*)?(?:`[^`]+`|"[^"]+"|[^\s=!<>'"`(),]+))"""
_COMPARATOR = r"(?P<comparator>!=|<=|>=|=|<|>|(?:NOT\s+)?(?:LIKE|ILIKE|IN)\b|IS\s+NOT\s+NULL\b|IS\s+NULL\b)"
_LIST = r"\(\s*(?:(?:'[^']*'|\"[^\"]*\")\s*,?\s*)*\)"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])"
_VALUE = rf"""(?P<value>'[^']*'|"[^"]*"|{_LIST}|{_NUMBER})"""
CONDITION = re.compile(_SPACE.join((_KEY, rf"{_COMPARATOR}(?:(?<=NULL)|{_SPACE}{_VALUE})")), re.IGNORECASE)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)
_ITEM = re.compile(r"'([^']*)'|\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; *entity* is what stands before the dot, empty where there is none."""

    entity: str
    key: str
    comparator: str
    value: Value

    @property
    def number(self) -> float:
        """The value of a comparison with a number.

        Raises:
            BadQuery: it is none.
        """
        if isinstance(self.value, float):
            return self.value
        raise BadQuery(f"{self.key} is compared with a number, as in {self.key} > 1")

    @property
    def text(self) -> str:
        """The value of a comparison with a string.

        Raises:
            BadQuery: it is none.
        """
        if isinstance(self.value, str):
            return self.value
        raise BadQuery(f"{self.key} is compared with a string in quotes, as in {self.key} = 'x'")


def parse(text: str) -> list[Condition]:
    """Read a whole filter.

    Raises:
        BadQuery: it is not in the language; the text says where.
    """
    found: list[Condition] = []
    rest = text.strip()
    while rest:
        match = CONDITION.match(rest)
        if match is None:
            raise BadQuery(f"cannot read the filter from '{rest[:60]}' on; write it as in metrics.accuracy > 0.9")
        found.append(condition(match))
        rest = rest[match.end() :]
        joined = _AND.match(rest)
        if rest.strip() and joined is None:
            raise BadQuery(f"conditions are joined by AND, not by '{rest.strip()[:40]}'")
        rest = rest[joined.end() :] if joined else ""
        if joined and not rest.strip():
            raise BadQuery("the filter ends with AND")
    if len(found) > MOST_CONDITIONS:
        raise BadQuery(f"a filter has at most {MOST_CONDITIONS} conditions")
    return found


def condition(match: re.Match[str]) -> Condition:
    """The comparison that `CONDITION` matched."""
    comparator = " ".join(match["comparator"].upper().split())
    entity, key = _named(match["key"])
    return Condition(entity, key, comparator, _value(match["value"], comparator))


def _named(name: str) -> tuple[str, str]:
    if name[0] in '`"':
        return "", name[1:-1]
    entity, dot, key = name.partition(".")
    if not dot:
        return "", name
    key = key.strip()
    return entity.strip().lower(), key[1:-1] if key[0] in '`"' else key


def _value(text: str | None, comparator: str) -> Value:
    if text is None:
        return None
    if comparator in ("IN", "NOT IN"):
        if not text.startswith("("):
            raise BadQuery(f"{comparator} takes a list in parentheses, as in name IN ('a', 'b')")
        return tuple(single if single else double for single, double in _ITEM.findall(text))
    if text.startswith("("):
        raise BadQuery("a list is for IN and NOT IN")
    return text[1:-1] if text[0] in "'\"" else float(text)


def matches(condition: Condition, found: object) -> bool:
    """Does *found*, a string, a number or None, meet the condition? What is not there meets only IS NULL."""
    if condition.comparator == "IS NULL":
        return found is None
    if condition.comparator == "IS NOT NULL":
        return found is not None
    if found is None:
        return False
    if condition.comparator in ("IN", "NOT IN"):
        values = condition.value if isinstance(condition.value, tuple) else ()
        return (str(found) in values) == (condition.comparator == "IN")
    if condition.comparator in ("LIKE", "ILIKE"):
        flags = re.DOTALL | (re.IGNORECASE if condition.comparator == "ILIKE" else 0)
        return re.fullmatch(like(condition.text), str(found), flags) is not None
    wanted = condition.number if isinstance(found, int | float) else condition.text
    return _COMPARE[condition.comparator](found, wanted)


_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}


def like(pattern: str) -> str:
    """SQL's LIKE as a regular expression."""
    return "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)


def order_of(clauses: Sequence[str], known: Sequence[str]) -> list[tuple[str, bool]]:
    """MLflow's ``order_by``: pairs of a key and whether it descends.

    Raises:
        BadQuery: a key is not among *known*, or comes twice.
    """
    found: list[tuple[str, bool]] = []
    for clause in clauses:
        key, _, direction = clause.strip().partition(" ")
        key = key.strip('`"').removeprefix("attribute.").removeprefix("attributes.")
        if key not in known or direction.strip().upper() not in ("", "ASC", "DESC"):
            raise BadQuery(f"Invalid order by key '{clause[:60]}'; order by {', '.join(known)}, then ASC or DESC")
        if key in (one for one, _ in found):
            raise BadQuery(f"`order_by` contains duplicate fields: {key}")
        found.append((key, direction.strip().upper() == "DESC"))
    return found
