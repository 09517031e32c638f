"""Model cards: a README.md with YAML front matter, as the Hugging Face Hub writes and reads it.

`parse` is strict, for what is published; `shown` never fails, for what git brought: what it cannot read it shows as
text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..errors import BadCard

if TYPE_CHECKING:
    from ..hub.changes import Candidate

NAME = "README.md"
LONGEST = 1 << 20
LONGEST_FRONT = 512 << 10
MOST_VALUES = 50_000
DEEPEST = 40
_FRONT = re.compile(r"\ufeff?\s*---[ \t]*\r?\n(.*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(
    r"```.*?(```|\Z)|~~~.*?(~~~|\Z)|<!--.*?(-->|\Z)|<[^>\n]{0,500}>|!\[[^\[\]\n]*\]\([^()\n]*\)", re.DOTALL
)
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)")  # no bracket inside: a row of them is read once
_MARKS = re.compile(r"[*`~]|(?<!\w)_|_(?!\w)")
_SENTENCE = re.compile(r"(.+?[.!?])(\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Card:
    """Front matter as JSON values, and the Markdown below it."""

    metadata: dict[str, object]
    markdown: str


def parse(text: str) -> Card:
    """Read a card.

    Raises:
        BadCard: it is too long, its front matter is no YAML mapping, or it says more than a card can.
    """
    if len(text) > LONGEST:
        raise BadCard(
            f"README.md has {len(text):,} characters; a card has at most {LONGEST:,}: move the rest to its own file"
        )
    front = _FRONT.match(text)
    if front is None:
        return Card({}, text)
    return Card(_metadata(front[1]), text[front.end() :].lstrip("\r\n"))


def shown(text: str) -> Card:
    """Read a card for people: of a broken one they see the text as it is, of one that is too long the beginning."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "\n\n…"
    try:
        return parse(cut[:LONGEST])
    except BadCard:
        return Card({}, cut)


def refuse_bomb(candidate: Candidate) -> None:
    """A scan hook of commits: broken YAML may be committed, but nothing that would exhaust whoever reads it.

    Raises:
        BadCard: the front matter of a README.md is nested too deeply.
    """
    if candidate.path != NAME or candidate.size > LONGEST * 8:
        return
    front = _FRONT.match(b"".join(candidate.read()).decode(errors="replace"))
    if front is None:
        return
    import yaml

    try:
        _check_depth(yaml.parse(front[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError):
        return


def render(card: Card) -> str:
    """Write a card; front matter keeps its order."""
    import yaml

    if not card.metadata:
        return card.markdown
    front = yaml.safe_dump(card.metadata, sort_keys=False, allow_unicode=True, width=1_000_000)
    return f"---\n{front}---\n\n{card.markdown}"


def merged(card: Card, fields: dict[str, object]) -> Card:
    """*card* with *fields* set where they say something; lists are added to, what people wrote stays."""
    metadata = dict(card.metadata)
    for name, value in fields.items():
        if value in (None, "", [], {}):
            continue
        metadata[name] = _both(metadata.get(name), value) if name == "tags" and isinstance(value, list) else value
    return Card(metadata, card.markdown)


def _both(before: object, more: list[object]) -> list[object]:
    old = before if isinstance(before, list) else [before] if isinstance(before, str) else []
    return [*old, *(one for one in more if one not in old)]


def summary(markdown: str) -> str:
    """The first sentence of a card as plain text; headings, pictures, tables and code are none."""
    text = _HIDDEN.sub("", markdown[:20_000])
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in paragraph.splitlines()]
        words = [line for line in lines if line and not line.startswith(("#", "|", ">", "===", "---", "- ", "* "))]
        plain = _MARKS.sub("", _LINK.sub(r"\1", " ".join(words))).strip()
        if len(plain) > 3:
            sentence = _SENTENCE.match(plain)
            return (sentence[1] if sentence else plain)[:300]
    return ""


def _metadata(front: str) -> dict[str, object]:
    import yaml

    if len(front) > LONGEST_FRONT:
        raise BadCard(
            f"the front matter of README.md has {len(front):,} characters; at most {LONGEST_FRONT:,} are read"
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(yaml.parse(front, Loader=loader))
        found = yaml.load(front, Loader=loader)  # noqa: S506 -- both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:300]
        raise BadCard(f"the front matter of README.md is not valid YAML: {why}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadCard(
            "the front matter of README.md is no list of fields; write it as 'license: mit', a field per line"
        )
    return {str(name): value for name, value in _Values().read(found, 0).items()}  # type: ignore[attr-defined]


def _check_depth(events: Iterable[object]) -> None:
    """Refuse deep nesting while it is still flat: libyaml's loader would overflow the stack, and end the process."""
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith(("SequenceStartEvent", "MappingStartEvent"))
        depth -= name.endswith(("SequenceEndEvent", "MappingEndEvent"))
        if depth > DEEPEST:
            raise BadCard(f"the front matter of README.md is nested more than {DEEPEST} deep")


class _Values:
    """Turns YAML into JSON values; aliases can make a few lines expand to gigabytes, so it counts."""

    def __init__(self) -> None:
        self.left = MOST_VALUES

    def read(self, value: object, depth: int) -> object:
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise BadCard(
                "the front matter of README.md says more than a card can: too many or too deeply nested values"
            )
        if isinstance(value, dict):
            return {str(name): self.read(one, depth + 1) for name, one in value.items()}
        if isinstance(value, list | tuple | set):
            return [self.read(one, depth + 1) for one in value]
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value if value is None or isinstance(value, str | int | float | bool) else str(value)
