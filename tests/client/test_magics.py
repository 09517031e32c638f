"""``%hub`` does what the calls do, with less to type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from traitlets.config import Config

from jupyter_hubcollab.client import examples, publish, versions
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.client.magics import hub as magic
from jupyter_hubcollab.errors import BadInput

TRAIN = """
from sklearn.datasets import load_digits
from sklearn.linear_model import Perceptron
perceptron = Perceptron(max_iter=5, tol=None).fit(*load_digits(return_X_y=True))
perceptron
"""


@pytest.fixture
def shell(hub: Connection) -> Iterator[InteractiveShell]:
    """IPython with the extension loaded."""
    TerminalInteractiveShell.clear_instance()
    shell = TerminalInteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.run_line_magic("load_ext", "jupyter_hubcollab")
    yield shell
    shell.reset(new_session=False)
    TerminalInteractiveShell.clear_instance()


def test_a_cell_is_run_and_its_last_value_published(shell: InteractiveShell, name: str) -> None:
    """Train and publish in one cell, then load by magic."""
    made = shell.run_cell_magic("hub", f'publish {name} --message "five rounds" --license mit', TRAIN)
    shell.run_line_magic("hub", f"load {name}@v1 as again")

    assert made.tag == "v1"
    assert versions(name)[0].message == "five rounds"
    assert type(shell.user_ns["again"]).__name__ == "Perceptron"
    assert [version.tag for version in shell.run_line_magic("hub", f"versions {name}")] == ["v1"]


def test_a_sentence_is_searched(shell: InteractiveShell) -> None:
    """No quotes are needed."""
    assert shell.run_line_magic("hub", "search tiny perceptron").reply.query == "tiny perceptron"
    assert shell.run_line_magic("hub", "search datasets of birds").title == "no dataset fits for 'birds'"


def test_a_search_takes_the_options_of_the_command_line(shell: InteractiveShell) -> None:
    """Before or behind the sentence; another one is refused with what there is."""
    found = shell.run_line_magic("hub", "search --kind dataset birds at dawn --limit=3 --without size<=1e6")

    asked = (found.question.query, found.question.kind, found.question.limit, found.question.without)
    assert asked == ("birds at dawn", "dataset", 3, ("size<=1e6",))
    with pytest.raises(BadInput, match="%hub search"):
        shell.run_line_magic("hub", "search birds --colour red")


def test_a_cell_that_fails_publishes_nothing(shell: InteractiveShell, name: str) -> None:
    """The error of the cell is what people see."""
    with pytest.raises(ZeroDivisionError):
        shell.run_cell_magic("hub", f"publish {name}", "1 / 0")


def test_a_cell_without_a_value_is_told_what_is_missing(shell: InteractiveShell, name: str) -> None:
    """The model must stand on the last line."""
    with pytest.raises(BadInput, match="last line"):
        shell.run_cell_magic("hub", f"publish {name}", "model = 1")


@pytest.mark.parametrize(
    ("line", "cell"),
    [("", None), ("dance", None), ("search", None), ("load team/x", "model"), ("publish --colour red", "model")],
)
def test_a_wrong_magic_says_how(line: str, cell: str | None) -> None:
    """The text is the manual."""
    with pytest.raises(BadInput, match="%hub search"):
        magic(line, cell)


def test_a_cell_says_what_is_expected(shell: InteractiveShell, name: str, tmp_path: Path) -> None:
    """Its last line is an input and an output; anything else is refused."""
    (tmp_path / "weights.json").write_text("1")
    publish(tmp_path / "weights.json", name)

    shell.run_cell_magic("hub", f"expect {name} --name seven --how label", "pixels = [0.0, 3.0]\npixels, 7")
    with pytest.raises(BadInput, match="an input and the output"):
        shell.run_cell_magic("hub", f"expect {name}", "7")

    (one,) = examples(name).table.examples
    assert (one.name, one.input, one.expect) == ("seven", [0.0, 3.0], {"label": 7})
