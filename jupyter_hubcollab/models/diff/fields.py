"""What two sides say of themselves, field by field: card, configuration, environment, data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from .sides import Side

Section = Literal["card", "config", "environment", "data"]
MOST_KEYS = 5_000
MOST_ITEMS = 50
LONGEST_VALUE = 2_000
DEEPEST = 30
LARGEST_CONFIG = 1 << 20
_ELSEWHERE = ("model-index", "datasets", "metrics")
"""Fields of a card that are compared as numbers and data."""
_NO_CONFIG = re.compile(r"(^|/)(tokenizer|vocab|provenance|merges|variants|.*\.index)\.json$|(^|/)\.|^evaluation/")
_CONFIG = (".json", ".yaml", ".yml", "MLmodel")
_OF_EACH_SAVE = frozenset({"model_uuid", "model_id", "run_id", "utc_time_created", "model_size_bytes"})
"""What MLflow writes anew into each MLmodel; the files and the run are compared themselves."""
_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(.*)")


class Field(NamedTuple):
    """Something that is said on one side or on both."""

    section: Section
    file: str
    name: str
    before: str | None
    after: str | None


def changed(before: Side, after: Side) -> list[Field]:
    """The fields that differ."""
    found: list[Field] = []
    found += _between("card", "README.md", _card(before), _card(after))
    found += _between("config", "parameters", dict(before.parameters), dict(after.parameters))
    for path in _configs(before, after):
        found += _between("config", path, _config(before, path), _config(after, path))
    found += _between("environment", "packages", environment(before), environment(after))
    found += _between("data", "data", data(before), data(after))
    return found


def _between(section: Section, file: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Field]:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield Field(section, file, name, before.get(name), after.get(name))


def flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """A JSON value as names with dots and their values; long lists stay one value."""
    if isinstance(value, dict) and value and depth < DEEPEST:
        for key, one in value.items():
            yield from flat(one, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and 0 < len(value) <= MOST_ITEMS and depth < DEEPEST and _is_deep(value):
        for at, one in enumerate(value):
            yield from flat(one, f"{name}[{at}]", depth + 1)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _is_deep(values: list[object]) -> bool:
    """Lists of plain values read best on one line."""
    return any(isinstance(one, dict | list) for one in values)


def _flattened(value: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in flat(value):
        if len(found) >= MOST_KEYS:
            break
        found[name] = text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
    return found


def _card(side: Side) -> dict[str, str]:
    return (
        _flattened({name: value for name, value in side.card.items() if name not in _ELSEWHERE} or {})
        if side.card
        else {}
    )


def _configs(before: Side, after: Side) -> list[str]:
    """The files of configuration that are not the same on both sides."""
    left, right = before.source.files, after.source.files
    return [
        path
        for path in sorted({**left, **right})
        if path.endswith(_CONFIG)
        and not _NO_CONFIG.search(path)
        and (path not in left or path not in right or left[path].content != right[path].content)
        and max(side[path].size for side in (left, right) if path in side) <= LARGEST_CONFIG
    ]


def _config(side: Side, path: str) -> dict[str, str]:
    text = side.text(path)
    if text is None:
        return {}
    try:
        value = json.loads(text) if path.endswith(".json") else _yaml(text)
    except (ValueError, RecursionError):
        return {"": "cannot be read"}
    flattened = _flattened(value)
    if path.endswith("MLmodel"):
        return {name: said for name, said in flattened.items() if name not in _OF_EACH_SAVE}
    return flattened


def _yaml(text: str) -> object:
    """YAML by the rules for cards: no code, no bombs."""
    from ..cards import parse

    return parse(f"---\n{text}\n---\n").metadata


def environment(side: Side) -> dict[str, str]:
    """Python and packages: what ``requirements.txt`` asks for, and what else was in memory."""
    found: dict[str, str] = {}
    python = side.provenance.get("python")
    if isinstance(python, str):
        found["python"] = python
    packages = side.provenance.get("packages")
    if isinstance(packages, dict):
        found |= {_normal(str(name)): str(version) for name, version in packages.items()}
    found |= _requirements((side.text("requirements.txt") or "").splitlines())
    return dict(sorted(found.items()))


def _requirements(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        match = _REQUIREMENT.fullmatch(line.partition("#")[0].partition(";")[0].strip())
        if match:
            found[_normal(match[1])] = match[2].removeprefix("==").partition(" --hash")[0].strip() or "any"
    return found


def _normal(name: str) -> str:
    """Names of packages as the index compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def data(side: Side) -> dict[str, str]:
    """The data sets that the card, its results and the record name, with their revisions where they are said."""
    found: dict[str, str] = {}
    listed = side.card.get("datasets")
    for one in listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else []:
        name, _, revision = str(one).partition("@")
        found[name] = revision or "named"
    for result in _results(side.card.get("model-index")):
        about = result.get("dataset")
        if isinstance(about, dict) and (name := str(about.get("type") or about.get("name") or "")) not in (
            "",
            "unknown",
        ):
            found.setdefault(name, "named")
            if about.get("revision"):
                found[name] = str(about["revision"])
    recorded = side.provenance.get("datasets")
    for used in recorded if isinstance(recorded, list) else []:
        if isinstance(used, dict) and isinstance(used.get("name"), str):
            found[used["name"]] = str(used.get("revision") or used.get("digest") or "named")
    return found


def _results(index: object) -> Iterator[dict[str, object]]:
    for model in index if isinstance(index, list) else []:
        results = model.get("results") if isinstance(model, dict) else None
        yield from (one for one in (results if isinstance(results, list) else []) if isinstance(one, dict))
