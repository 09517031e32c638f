"""The rules of STYLE that a machine can check: who imports whom, how long things are, a sentence per test."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "jupyter_hubcollab"

WORDS = {"clock", "errors", "names", "config"}
BASE = WORDS | {"access", "wire"}
DOMAIN = BASE | {"storage", "jobs"}
MAY_IMPORT: dict[str, set[str]] = {
    "clock": set(),
    "errors": set(),
    "wire": set(),
    "names": {"errors"},
    "config": {"errors"},
    "deltas": {"errors"},
    "access": WORDS,
    "jobs": BASE | {"storage", "hub"},
    "storage": BASE,
    "hub": DOMAIN,
    "models": DOMAIN | {"hub", "deltas"},
    "catalogue": DOMAIN | {"hub", "models"},
    "experiments": DOMAIN | {"hub", "models"},
    "collab": BASE | {"storage"},
    "services": DOMAIN | {"hub", "models", "catalogue", "experiments", "collab"},
    "handler": BASE | {"services"},
    "kernels": BASE | {"services", "handler"},
    "web": DOMAIN | {"hub", "models", "catalogue", "experiments", "collab", "services", "handler"},
    "protocols": DOMAIN | {"hub", "models", "catalogue", "experiments", "services", "handler"},
    "lazy": set(),
    "stopping": set(),
    "pauses": set(),
    "routes": {"handler", "web", "protocols"},
    "client": {"wire", "errors", "names", "deltas"},
    "__init__": {"app", "client", "_version"},
}
"""Part of the package → the parts that it may import; `app` and `cli` put everything together and may import all."""

LONGEST_FILE = 400
DECLARATIONS = {"wire.py", "schema.py"}
"""Files that list what there is; they are looked up, not read."""
LONGEST_FUNCTION = 40
MOST_POSITIONAL = 5


def modules() -> list[Path]:
    return [
        path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts and path.name != "_version.py"
    ]


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """The parts of our package that *path* imports, at any depth of its code."""
    home = ["jupyter_hubcollab", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = home[: len(home) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [module] if module != "jupyter_hubcollab" else [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "jupyter_hubcollab" and len(parts) > 1:
                yield parts[1]


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    """Layers look down, never up or sideways."""
    part = part_of(path)
    if part in ("app", "cli"):
        return

    foreign = {name for name in imports_of(path) if name not in {part, "__version__", "_version"}}

    assert foreign <= MAY_IMPORT[part], f"{path.name} ({part}) may not import {foreign - MAY_IMPORT[part]}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    """No file, function or list of arguments is longer than a reader holds in mind."""
    too_long = [f.name for f in functions_of(path) if lines_of(f) > LONGEST_FUNCTION]
    too_many = [f.name for f in functions_of(path) if len(f.args.posonlyargs + f.args.args) > MOST_POSITIONAL + 1]

    assert len(path.read_text().splitlines()) <= LONGEST_FILE or path.name in DECLARATIONS
    assert not too_long, f"longer than {LONGEST_FUNCTION} lines"
    assert not too_many, f"more than {MOST_POSITIONAL} positional arguments"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is(path: Path) -> None:
    """Every module opens with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_a_test_promises_something_in_a_sentence(path: Path) -> None:
    """Every test has a docstring, and none waits by sleeping."""
    tests = [f for f in functions_of(path) if f.name.startswith("test_")]
    silent = [f.name for f in tests if not ast.get_docstring(f)]
    sleeping = [
        f.name
        for f in tests
        for node in ast.walk(f)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sleep"
    ]

    assert tests
    assert not silent
    assert not sleeping


def test_the_server_alone_reads_the_environment_in_config() -> None:
    """`config.py` is the only reader of the environment, the notebook API and the child processes apart."""
    readers = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    }

    assert {name for name in readers if not name.startswith(("client/", "experiments/child"))} <= {
        "config.py",
    }


def test_a_file_on_which_two_parts_agree_is_named_once() -> None:
    """In `names.py`: a checkpoint that the notebook API writes is put together by the server."""
    from jupyter_hubcollab.names import GENERATION_FILE, SKOPS_FILE, TENSOR_FOLDER, WEIGHTS_FILE

    agreed = {GENERATION_FILE, SKOPS_FILE, TENSOR_FOLDER, WEIGHTS_FILE}
    elsewhere = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in agreed
    }

    # What judges a model runs beside the repo's own code, where nothing of ours can be imported.
    assert elsewhere - {"names.py"} <= {"models/gates/inside/loading.py"}


def test_nothing_reads_what_the_wheel_leaves_out() -> None:
    """It is in the repository, for who trains again; who installed the wheel misses nothing."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    left_out = [ROOT / path.lstrip("/") for path in built["exclude"]]

    readers = [path for path in modules() for file in left_out if file.name in path.read_text()]

    assert all(file.is_file() for file in left_out)
    assert not readers
