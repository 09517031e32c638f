"""What the fields of a card may say: licences, tasks, languages, libraries, and data sets and models of the hub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from .. import wire
from ..errors import BadQuery
from ..names import RepoKind
from . import taxonomy

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.repos import Repos

MOST = 30


def choices(repos: Repos, actor: Actor, what: str, typed: str) -> wire.CardChoiceList:
    """At most `MOST` values that have *typed* in their name or title; what begins with it comes first.

    Raises:
        BadQuery: there are no choices of *what*.
    """
    words = typed.strip().lower()[:100]
    if what in ("datasets", "models"):
        from ..hub.repos import Listing

        kind: RepoKind = "dataset" if what == "datasets" else "model"
        found = repos.select(actor, Listing(kind, search=words or None, limit=MOST))
        return wire.CardChoiceList(choices=[wire.CardChoice(value=str(one.id), title=one.id.name) for one in found])
    if what not in _TABLES:
        raise BadQuery(f"there are choices of {', '.join(sorted([*_TABLES, 'datasets', 'models']))}")
    named = _TABLES[what]().items()
    return wire.CardChoiceList(choices=[wire.CardChoice(value=id, title=title) for id, title in _fitting(named, words)])


def _fitting(named: Iterable[tuple[str, str]], words: str) -> list[tuple[str, str]]:
    fitting = [(id, title) for id, title in named if words in id or words in title.lower()]
    return sorted(fitting, key=lambda one: (not one[0].startswith(words), not one[1].lower().startswith(words)))[:MOST]


@cache
def _licenses() -> Mapping[str, str]:
    read: Mapping[str, str] = json.loads((taxonomy.FOLDER / "licenses.json").read_text(encoding="utf-8"))
    return read


@cache
def _languages() -> Mapping[str, str]:
    """All names of a language by its code, in English and its own: ``fr`` is Français, French."""
    named: dict[str, str] = {}
    for name, code in json.loads((taxonomy.FOLDER / "languages.json").read_text(encoding="utf-8")).items():
        named[code] = f"{named[code]}, {name.title()}" if code in named else name.title()
    return named


@cache
def _tasks() -> Mapping[str, str]:
    return {task.id: task.title for task in taxonomy.tasks().values()}


_TABLES = {"licenses": _licenses, "languages": _languages, "tasks": _tasks, "libraries": taxonomy.libraries}
