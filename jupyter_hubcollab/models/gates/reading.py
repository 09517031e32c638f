"""Reads ``hubcollab.yaml`` strictly: whatever it does not understand is named with its line and key."""

from __future__ import annotations

import difflib
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from ...errors import BadGates, HubError
from ...names import file_path, repo_id, revision
from .rules import NAME, WAYS, Evaluation, OnDataset, Rules, schema

if TYPE_CHECKING:
    import yaml

LONGEST = 64 << 10
MOST_VALUES = 5000
DEEPEST = 20
_PLAIN = (str, int, float, bool)
_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in the file that cannot be."""

    line: int
    key: str
    """As in ``evaluations[0].metrics``; empty: the file itself."""
    why: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.key}' if self.key else ''}: {self.why}"


@dataclass(slots=True)
class _Document:
    """Values and where they stand."""

    lines: dict[_Path, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    left: int = MOST_VALUES

    def line(self, path: _Path) -> int:
        """The line of what is at *path*, or of what holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def complain(self, path: _Path, why: str) -> None:
        """Note that what is at *path* cannot be."""
        self.mistakes.append(Mistake(self.line(path), key_of(path), why))


def read(text: str) -> Rules:
    """The rules that a file states.

    Raises:
        BadGates: it is no YAML, or says what the rules do not know; the message names each line and key.
    """
    found, mistakes = examined(text)
    if mistakes:
        raise BadGates(f"{NAME}: " + "; ".join(str(one) for one in mistakes[:10]))
    return found


def examined(text: str) -> tuple[Rules, list[Mistake]]:
    """The rules that a file states; where it has mistakes, none, and the mistakes in the order of their lines."""
    document = _Document()
    value = _value(text, document)
    if not document.mistakes and value is not None:
        _hold_against_schema(value, document)
    if document.mistakes:
        return Rules(), sorted(set(document.mistakes), key=lambda one: one.line)
    rules = msgspec.convert(value if value is not None else {}, Rules)
    _check_meaning(rules, document)
    return (Rules() if document.mistakes else rules), document.mistakes


def digest(rules: Rules) -> str:
    """What tells whether rules are the same: how the file is written does not matter."""
    return hashlib.sha256(msgspec.json.encode(rules, order="deterministic")).hexdigest()[:32]


def key_of(path: _Path) -> str:
    """A path as people write it."""
    text = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return text.removeprefix(".")


def _value(text: str, document: _Document) -> Any:
    import yaml

    if len(text.encode()) > LONGEST:
        document.complain((), f"the file has more than {LONGEST >> 10} KiB")
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.mistakes.append(Mistake((mark.line if mark else 0) + 1, "", f"no YAML: {error.problem}"))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        document.complain((), f"no YAML: {error}")
        return None
    try:
        return None if root is None else _plain(root, (), document)
    except _TooMuch as error:
        document.complain(error.path, "it says more than rules can: too many or too deeply nested values")
        return None


class _TooMuch(Exception):
    """There is no end of it; at *path* nobody reads on."""

    def __init__(self, path: _Path) -> None:
        super().__init__()
        self.path = path


def _plain(node: yaml.Node, path: _Path, document: _Document) -> Any:
    import yaml

    document.lines.setdefault(path, node.start_mark.line + 1)
    document.left -= 1
    if document.left < 0 or len(path) > DEEPEST:
        raise _TooMuch(path)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*path, number), document) for number, one in enumerate(node.value)]
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):  # a date without such a day, a tag that nobody knows
        document.complain(path, f"{_shown(node.value)} is not what its form or its tag ({node.tag}) says")
        return None
    return _sound(value, path, document) if value is None or isinstance(value, _PLAIN) else node.value


def _sound(value: Any, path: _Path, document: _Document) -> Any:
    """*value*; a complaint where no JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        document.complain(path, f"{value} is no finite number")
    elif isinstance(value, str) and any("\ud800" <= one <= "\udfff" for one in value):
        document.complain(path, f"{_shown(value)} is no text: half a character stands alone in it")
    return value


def _mapping(node: yaml.MappingNode, path: _Path, document: _Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key.value, str) else "?"
        document.lines[(*path, name)] = key.start_mark.line + 1
        if name in found:
            document.complain((*path, name), "it stands here twice")
        found[name] = _plain(value, (*path, name), document)
    return found


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(f"urn:{NAME}"))


def _hold_against_schema(value: Any, document: _Document) -> None:
    for error in _validator().iter_errors(value):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = list(error.schema.get("properties", ()))
            for name in sorted(set(error.instance) - set(known)):
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean '{near[0]}'?" if near else f"; there are {', '.join(known)}"
                document.complain((*path, name), f"there is no such key{hint}")
        elif error.validator == "oneOf":
            document.complain(path, f"an evaluation has exactly one of {', '.join(WAYS)}")
        else:
            document.complain(path, _worded(error))


def _worded(error: Any) -> str:
    match error.validator:
        case "type":
            return f"{_shown(error.instance)} is no {error.validator_value}"
        case "enum":
            return f"{_shown(error.instance)} is none of {', '.join(map(str, error.validator_value))}"
        case "pattern":
            return f"{_shown(error.instance)} is not written as it must be ({error.validator_value})"
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            return f"'{', '.join(missing)}' is missing"
        case _:
            return str(error.message)[:200]


def _shown(value: object) -> str:
    return repr(value)[:60]


def _check_meaning(rules: Rules, document: _Document) -> None:
    """What no schema can say."""
    names = [one.name for one in rules.evaluations]
    for number, one in enumerate(rules.evaluations):
        here: _Path = ("evaluations", number)
        if names.index(one.name) != number:
            document.complain((*here, "name"), f"two evaluations are called {one.name}")
        for key, why in _mistakes_of(one):
            document.complain((*here, key), why)
    for key in ("examples", "reproduction"):
        part = getattr(rules, key)
        path = part.file if key == "examples" else getattr(part, "notebook", None)
        for why in _refused(lambda path=path: file_path(path) if path else None):
            document.complain((key, "file" if key == "examples" else "notebook"), why)


def _mistakes_of(one: Evaluation) -> Iterator[tuple[str, str]]:
    if isinstance(one.notebook, str):
        notebook = one.notebook
        yield from (("notebook", why) for why in _refused(lambda: file_path(notebook)))
    if isinstance(one.python, str):
        script = one.python
        if script.endswith(".py"):
            yield from (("python", why) for why in _refused(lambda: file_path(script)))
        elif not _is_entry_point(script):
            yield "python", "write module:function, as in checks.holdout:measure, or the path of a script.py"
    for key in ("evaluate", "mlflow"):
        table = getattr(one, key)
        if isinstance(table, OnDataset):
            yield from ((key, why) for why in _refused(lambda table=table: dataset_of(table.dataset)))
            scripts = [name for name in table.metrics if name.endswith(".py")]
            for path in [table.file, *scripts]:
                yield from ((key, why) for why in _refused(lambda path=path: file_path(path)))
    if isinstance(one.dataset, str):
        name = one.dataset
        yield from (("dataset", why) for why in _refused(lambda: dataset_of(name)))


def _is_entry_point(text: str) -> bool:
    module, colon, function = text.partition(":")
    return bool(colon) and function.isidentifier() and all(part.isidentifier() for part in module.split("."))


def dataset_of(text: str) -> tuple[Any, Any]:
    """The repo and the revision that ``team/digits-test@v1`` means; main without one.

    Raises:
        BadName: it is no repo id.
    """
    name, _, at = text.partition("@")
    return repo_id(name, "dataset"), revision(at or "main")


def _refused(parse: Any) -> Iterator[str]:
    try:
        parse()
    except HubError as error:
        yield str(error)
