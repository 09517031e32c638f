"""Differences as a cell shows them."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_hubcollab import wire
from jupyter_hubcollab.client.diffs import Diff, subject
from jupyter_hubcollab.errors import BadName

NASTY = "<script>alert('x')</script>"


def found() -> wire.ModelDiff:
    side = wire.DiffSide(subject=NASTY, kind="model", id=NASTY, revision=NASTY, commit=None, title=NASTY)
    interval = wire.Interval(low=-0.2, high=-0.1, confidence=0.95, examples=100, better=1, worse=16)
    metric = wire.MetricDiff(
        name="accuracy",
        dataset=NASTY,
        split=None,
        unit=None,
        higher_is_better=True,
        before=0.95,
        after=0.8,
        change=-0.15,
        verdict="worse",
        interval=interval,
        is_regression=True,
    )
    tensor = wire.TensorDiff(
        name=NASTY,
        change="changed",
        before=wire.TensorSide(dtype="F32", shape=[2, 3], file=NASTY),
        after=None,
        relative=0.25,
        largest=None,
    )
    cell = wire.CellDiff(
        change="changed",
        kind="code",
        before=1,
        after=1,
        lines=[wire.DiffLine(sign="+", text=NASTY, old=None, new=1)],
        is_cut=False,
        outputs_changed=False,
    )
    return wire.ModelDiff(
        before=side,
        after=side,
        metrics=[metric],
        fields=[wire.FieldDiff(section="config", file="config.json", name="act", before=NASTY, after=None)],
        field_count=1,
        notebook=wire.NotebookDiff(path="notebook.ipynb", cells=[cell], unchanged=3),
        files=[wire.PathDiff(path=NASTY, change="added", before_bytes=None, after_bytes=10)],
        file_count=1,
        tensors=wire.TensorsDiff(
            measured=True,
            bytes_to_read=0,
            added=0,
            removed=0,
            reshaped=0,
            retyped=0,
            changed=1,
            unchanged=0,
            tensors=[tensor],
            layers=[wire.LayerDiff(name=NASTY, tensors=1, changed=1, relative=0.25)],
            unread=[],
        ),
        notes=[NASTY],
    )


def test_differences_are_text() -> None:
    """Nobody's field acts in the reader's browser; the numbers say which are regressions."""
    diff = Diff(found())

    assert "<script" not in diff._repr_html_()
    assert "accuracy: 0.95 → 0.8 (-0.15, regression, 95 %: -0.2 … -0.1 over 100 examples)" in repr(diff)
    assert "F32 2×3 → — (moved by 0.25)" in repr(diff)
    assert [one.name for one in diff.regressions] == ["accuracy"]


class Run:
    """An MLflow run, as far as one looks at it."""

    class info:  # noqa: N801 -- MLflow calls it so
        run_id = "0" * 32


@pytest.mark.parametrize(
    ("side", "called"),
    [
        ("team/digits", "team/digits"),
        ("team/digits@wide", "team/digits@wide"),
        ("f" * 32, "run:" + "f" * 32),
        (Run(), "run:" + "0" * 32),
    ],
)
def test_sides_are_named(side: Any, called: str) -> None:
    """A model, a revision of it, or a run."""
    assert subject(side) == called


def test_what_is_no_side_is_refused() -> None:
    """Before the hub is asked."""
    with pytest.raises(BadName):
        subject("digits")
