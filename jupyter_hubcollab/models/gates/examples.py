"""The team's examples of a model: an input and what is expected of the output, one JSON object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import BadGates, EntryNotFound

WAYS = ("equals", "close", "contains", "label", "one_of", "python")
"""How an output is compared; `tolerance` goes with `close`."""

MOST = 5000
LONGEST_LINE = 1 << 20
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
_ENTRY = re.compile(r"[\w.]+:\w+")


@dataclass(frozen=True, slots=True)
class Example:
    """One of them."""

    name: str
    input: Any
    expect: dict[str, Any]
    by: str = ""
    """Who added it."""

    def line(self) -> str:
        """As it stands in the file."""
        said = {"name": self.name, "input": self.input, "expect": self.expect} | ({"by": self.by} if self.by else {})
        return json.dumps(said, ensure_ascii=False, allow_nan=False)


def checked(example: Example) -> Example:
    """*example*, if it makes sense.

    Raises:
        BadGates: it does not.
    """
    if not isinstance(example.name, str) or not _NAME.fullmatch(example.name):
        raise BadGates("an example has a name of 1 to 120 characters on one line")
    unknown = sorted(set(example.expect) - {*WAYS, "tolerance"})
    if unknown or not set(example.expect) & set(WAYS):
        raise BadGates(
            f"{example.name}: an expectation is one of {', '.join(WAYS)}, not {', '.join(unknown) or 'nothing'}"
        )
    entry = example.expect.get("python")
    if entry is not None and not (isinstance(entry, str) and _ENTRY.fullmatch(entry)):
        raise BadGates(
            f"{example.name}: write python as module:function, a file of the repo, as in checks.polite:is_polite"
        )
    if not isinstance(example.expect.get("tolerance", 0.0), int | float):
        raise BadGates(f"{example.name}: the tolerance is a number")
    if "one_of" in example.expect and not isinstance(example.expect["one_of"], list):
        raise BadGates(f"{example.name}: one_of takes a list")
    if len(example.line()) > LONGEST_LINE:
        raise BadGates(f"{example.name}: an example takes at most {LONGEST_LINE >> 20} MiB")
    return example


def read(text: str) -> list[Example]:
    """The examples in a file.

    Raises:
        BadGates: a line is none; the message names it.
    """
    found: dict[str, Example] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        example = _parsed(line, number)
        if example.name in found:
            raise BadGates(f"line {number}: there is an example '{example.name}' already")
        found[example.name] = example
    if len(found) > MOST:
        raise BadGates(f"a model has at most {MOST:,} examples")
    return list(found.values())


def _parsed(line: str, number: int) -> Example:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadGates(f"line {number}: no JSON: {error}") from error
    if (
        not isinstance(said, dict)
        or not {"name", "input", "expect"} <= said.keys()
        or not isinstance(said["expect"], dict)
    ):
        raise BadGates(f'line {number}: an example is {{"name": …, "input": …, "expect": {{"equals": …}}}}')
    try:
        return checked(Example(said["name"], said["input"], said["expect"], str(said.get("by", ""))))
    except BadGates as error:
        raise BadGates(f"line {number}: {error}") from error


def written(examples: Iterable[Example]) -> str:
    """A file of *examples*."""
    return "".join(f"{one.line()}\n" for one in examples)


def added(examples: Sequence[Example], one: Example) -> list[Example]:
    """*examples* with *one*, in the place of the one of its name."""
    checked(one)
    if one.name in [other.name for other in examples]:
        return [one if other.name == one.name else other for other in examples]
    return [*examples, one]


def without(examples: Sequence[Example], name: str) -> list[Example]:
    """*examples* without the one called *name*.

    Raises:
        EntryNotFound: there is none.
    """
    left = [one for one in examples if one.name != name]
    if len(left) == len(examples):
        raise EntryNotFound(f"there is no example '{name}'")
    return left
