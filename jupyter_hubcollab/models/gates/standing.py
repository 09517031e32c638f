"""Checks that read a version and run nothing of it: card, license, size, scans, the metrics that it states."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import cards
from ..metrics import stated
from ..scan.folders import files_in, scanned
from ..scan.verdicts import Safety
from .rules import Evaluation, OnDataset, Rules
from .verdicts import Check, Reference, bounded, failed, passed

MOST_WORDS = 100
"""Of a license expression."""

Scanner = Callable[[], Sequence[tuple[str, Safety, str]]]
"""Path, safety and note of each file."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A version as files, and what is known of it."""

    files: Callable[[], Path]
    """The folder with its files, brought there when it is first needed."""
    card: cards.Card
    size_bytes: int
    scans: Scanner


def subject_in(folder: Path) -> Subject:
    """The version that lies in *folder*."""
    readme = folder / cards.NAME
    text = readme.read_text(errors="replace")[: cards.LONGEST] if readme.is_file() else ""
    files = files_in(folder)
    size = sum(file.stat().st_size for file in files)
    return Subject(lambda: folder, cards.shown(text), size, lambda: [_scanned(folder, file) for file in files])


def _scanned(folder: Path, file: Path) -> tuple[str, Safety, str]:
    found = scanned(file)
    return file.relative_to(folder).as_posix(), found.safety, found.note


def standing(rules: Rules, subject: Subject, reference: Reference) -> list[Check]:
    """All checks of this kind that *rules* ask for."""
    values = {one.name: one.value for one in reversed(stated(subject.card.metadata))}
    return [
        *_card(rules, subject),
        *_license(rules, subject),
        *_size(rules, subject),
        *_scan(rules, subject),
        *bounded("card", rules.metrics, values, reference),
    ]


def _card(rules: Rules, subject: Subject) -> list[Check]:
    found = []
    for name in rules.card:
        value = subject.card.markdown.strip() if name == "text" else subject.card.metadata.get(name)
        if value in (None, "", [], {}):
            found.append(failed("card", f"card: {name}", "is stated", f"README.md does not say {name}"))
        else:
            found.append(passed("card", f"card: {name}", " ".join(str(value).split())[:80], "is stated"))
    return found


def _license(rules: Rules, subject: Subject) -> list[Check]:
    if not isinstance(rules.licenses, list):
        return []
    stated_one = subject.card.metadata.get("license")
    name = str(stated_one[0] if isinstance(stated_one, list) and stated_one else stated_one or "")
    threshold = f"one of {', '.join(rules.licenses)}"
    if not name:
        return [failed("license", "license", threshold, "README.md states no license")]
    if is_allowed(name, rules.licenses):
        return [passed("license", "license", name, threshold)]
    return [failed("license", "license", threshold, f"{name} is not among the allowed ones", value=name)]


def is_allowed(expression: str, allowed: Sequence[str]) -> bool:
    """Is an SPDX expression met by the *allowed* licenses? One of an OR is enough, of an AND all are needed."""
    words = re.findall(r"[()]|[^\s()]+", expression.casefold())[::-1]
    if len(words) > MOST_WORDS:
        return False
    try:
        met = _either(words, {one.casefold() for one in allowed})
    except IndexError:  # it ends too early
        return False
    return met and not words


def _either(words: list[str], known: set[str]) -> bool:
    """The next words up to the end or a closing parenthesis; each that is read is taken off the end of *words*."""
    met = _all(words, known)
    while words and words[-1] == "or":
        words.pop()
        met = _all(words, known) or met
    return met


def _all(words: list[str], known: set[str]) -> bool:
    met = _one(words, known)
    while words and words[-1] == "and":
        words.pop()
        met = _one(words, known) and met
    return met


def _one(words: list[str], known: set[str]) -> bool:
    word = words.pop()
    if word == "(":
        met = _either(words, known)
        return words.pop() == ")" and met
    if words and words[-1] == "with":  # an exception allows more than the license alone
        words.pop()
        words.pop()
    return word in known


def _size(rules: Rules, subject: Subject) -> list[Check]:
    if not isinstance(rules.size_mb, float):
        return []
    value, threshold = f"{subject.size_bytes / 1e6:.3g} MB", f"≤ {rules.size_mb:g} MB"
    if subject.size_bytes <= rules.size_mb * 1e6:
        return [passed("size", "size", value, threshold)]
    return [failed("size", "size", threshold, "its files are larger", value=value)]


def _scan(rules: Rules, subject: Subject) -> list[Check]:
    if not isinstance(rules.scan, str):
        return []
    allowed: tuple[Safety, ...] = ("safe",) if rules.scan == "safe" else ("safe", "caution")
    threshold = "every file is safe" if rules.scan == "safe" else "no file is unsafe"
    own = own_code(rules)
    scans = [one for one in subject.scans() if one[0] not in own]
    bad = [(path, safety, note) for path, safety, note in scans if safety not in allowed]
    if not bad:
        return [passed("scan", "scan", f"{len(scans)} files", threshold)]
    why = "; ".join(f"{path} is {safety}{f': {note}' if note else ''}" for path, safety, note in bad[:5])
    return [failed("scan", "scan", threshold, why, value=f"{len(bad)} of {len(scans)} files")]


def own_code(rules: Rules) -> set[str]:
    """The Python files that the rules themselves name: they judge, and no loader runs them."""
    return {file for one in rules.evaluations for file in judges_of(one) if file.endswith(".py")}


def judges_of(one: Evaluation) -> list[str]:
    """The files of the repo that an evaluation runs."""
    if isinstance(one.notebook, str):
        return [one.notebook]
    if isinstance(one.evaluate, OnDataset):
        return [name for name in one.evaluate.metrics if name.endswith(".py")]
    if not isinstance(one.python, str):
        return []
    return [one.python if one.python.endswith(".py") else f"{one.python.partition(':')[0].replace('.', '/')}.py"]
