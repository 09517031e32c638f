"""Examples of a model as lines of a file."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.errors import BadGates, EntryNotFound
from jupyter_hubcollab.models.gates import examples
from jupyter_hubcollab.models.gates.examples import Example
from jupyter_hubcollab.models.gates.shared_examples import change
from jupyter_hubcollab.models.gates.verdicts import Answer

ONE = Example("one", [1, 2], {"equals": "größer"}, "ann")


def test_what_is_written_is_read() -> None:
    """A name that is there already is replaced in its place."""
    two = Example("two", {"a": 1}, {"close": [1.5], "tolerance": 0.1})

    found = examples.added(examples.added([ONE, two], Example("one", 3, {"label": 1})), ONE)

    assert examples.read(examples.written(found)) == [ONE, two]
    with pytest.raises(EntryNotFound):
        examples.without(found, "three")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"name": "a", "input": 1}', "an example is"),
        ('{"name": "a", "input": 1, "expect": {"equal": 1}}', "not equal"),
        ('{"name": "a", "input": 1, "expect": {"tolerance": 1}}', "not nothing"),
        ('{"name": "a\\nb", "input": 1, "expect": {"equals": 1}}', "on one line"),
        ('{"name": "a", "input": 1, "expect": {"python": "os.system"}}', "module:function"),
        ('{"name": "a", "input": 1, "expect": {"close": 1, "tolerance": "x"}}', "is a number"),
        ('{"name": "a", "input": 1, "expect": {"one_of": 1}}', "takes a list"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: str, why: str) -> None:
    """The second line is wrong, not the file."""
    with pytest.raises(BadGates, match=f"line 2: .*{why}"):
        examples.read(f"{ONE.line()}\n{line}\n")


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (None, Answer("a", True, 1, ""), "added"),
        (Answer("a", True, 1, ""), None, "removed"),
        (Answer("a", True, 1, ""), Answer("a", False, 2, "no"), "broken"),
        (Answer("a", False, 2, "no"), Answer("a", True, 1, ""), "fixed"),
        (Answer("a", True, 1, ""), Answer("a", True, 1.1, ""), "changed"),
        (Answer("a", False, 1, "x"), Answer("a", False, 1, "y"), "same"),
    ],
)
def test_what_became_of_an_example_has_a_word(before: Answer | None, after: Answer | None, word: str) -> None:
    """A table of two versions is read at a glance."""
    assert change(before, after) == word
