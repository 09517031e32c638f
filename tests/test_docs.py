"""The documents tell what is true now."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from jupyter_hubcollab import errors
from jupyter_hubcollab.app import HubCollab
from jupyter_hubcollab.config import Config
from jupyter_hubcollab.handler import status_of

ROOT = Path(__file__).parent.parent
SETTINGS = (ROOT / "docs/settings.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in fields(Config)])
def test_every_setting_is_a_trait_and_documented(name: str) -> None:
    """A setting can be set, and a user finds it."""
    trait = HubCollab.class_traits()[name]

    assert trait.metadata["config"]
    assert trait.help
    assert f"| `{name}` |" in SETTINGS


def leaves(kind: type[errors.HubError] = errors.HubError) -> list[type[errors.HubError]]:
    return [leaf for child in kind.__subclasses__() for leaf in [child, *leaves(child)]]


@pytest.mark.parametrize("kind", leaves(), ids=lambda kind: kind.__name__)
def test_every_error_is_documented_with_its_status(kind: type[errors.HubError]) -> None:
    """Whoever meets a code finds what it means."""
    assert f"| `{kind.__name__}` | {status_of(kind(''))} |" in SETTINGS


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda path: path.name,
)
def test_every_link_and_picture_in_the_documents_exists(path: Path) -> None:
    """No document points at nothing."""
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text())

    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]

    assert not missing
