"""The tests of ``huggingface_hub`` itself, run against a started server of ours.

The source distribution of the installed version holds the tests; it is fetched when they run and is no part of this
project. Only what names their server and their people is changed in the copy: the constants, and the address of their
test server. What is skipped stands with its reason in ``conformance/skips.toml``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree as ET

import live
from outside import environment_of, environment_with, sources_of

FOLDER = Path(__file__).parent / "conformance"
MODULES = ("test_commit_api", "test_hf_api", "test_hf_file_system", "test_snapshot_download", "test_file_download")
PEOPLE = {"USER": "dummy-hub-user", "OTHER_USER": "other-user", "ENTERPRISE_USER": "enterprise-admin"}
THEIR_SERVER = "https://hub-ci.huggingface.co"
SUITE_NEEDS = ("pytest>=9,<10", "pytest-mock", "pytest-timeout", "numpy", "pillow")


@dataclass(frozen=True)
class Outcome:
    """How one test ended."""

    name: str
    result: str
    """passed, failed or skipped"""
    why: str


def prepare(folder: Path, server: live.Live) -> Path:
    """A copy of the client's tests in *folder* that names *server* and people of ours."""
    theirs = sources_of("huggingface_hub") / "tests"
    copy = folder / "theirs"
    shutil.copytree(theirs, copy, ignore=_not_wanted)
    values = {**PEOPLE, "TOKEN": server.hub_token(PEOPLE["USER"]), "FULL_NAME": PEOPLE["USER"].title()}
    values |= {"OTHER_TOKEN": server.hub_token(PEOPLE["OTHER_USER"])}
    values |= {"ENTERPRISE_TOKEN": server.hub_token(PEOPLE["ENTERPRISE_USER"])}
    _found_organisation(server, values["TOKEN"])
    constants = copy / "testing_constants.py"
    text = constants.read_text()
    for name, value in values.items():
        text = re.sub(rf'^{name} = ".*"', f'{name} = "{value}"', text, flags=re.MULTILINE)
    constants.write_text(text)
    for file in copy.glob("*.py"):
        file.write_text(file.read_text().replace(THEIR_SERVER, server.endpoint))
    shutil.copy(FOLDER / "theirs.py", copy / "conftest.py")
    (copy / "__init__.py").touch()
    return copy


def _found_organisation(server: live.Live, token: str) -> None:
    """The organisation in which their first person is."""
    asked = b'{"name": "valid_org_hub", "title": "Dummy Hub Org"}'
    status, _, said = live.call("POST", f"{server.url}/hubcollab/api/organizations", token, asked)
    assert status == 201, said


def _not_wanted(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("test_") and name[:-3] not in MODULES]


def run(folder: Path, server: live.Live, *options: str) -> list[Outcome]:
    """Run the client's tests; how each ended."""
    python = environment_with("suite", f"huggingface_hub=={version('huggingface_hub')}", *SUITE_NEEDS)
    prepare(folder, server)
    settings = {
        "HF_ENDPOINT": server.endpoint,
        "HF_HOME": str(folder / "home"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "CONFORMANCE_SKIPS": str(FOLDER / "skips.toml"),
    }
    report = folder / "report.xml"
    chosen = [] if any(one.startswith("theirs/") for one in options) else ["theirs"]
    command = [str(python), "-m", "pytest", *chosen, "-q", "-rfE", "--timeout=600", f"--junitxml={report}", "-p"]
    command += ["no:cacheprovider", "--rootdir=.", "-c", os.devnull, *options]
    with (folder / "output.txt").open("w") as output:
        subprocess.run(command, cwd=folder, env=environment_of(settings), stdout=output, stderr=output, check=False)
    return _outcomes(report)


def _outcomes(report: Path) -> list[Outcome]:
    found = []
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').removeprefix('theirs.').replace('.', '::')}::{case.get('name')}"
        ended = {child.tag: child for child in case}
        bad = ended.get("failure", ended.get("error"))
        skipped = ended.get("skipped")
        if bad is not None:
            found.append(Outcome(name, "failed", (bad.get("message") or "").splitlines()[0]))
        elif skipped is not None:
            found.append(Outcome(name, "skipped", skipped.get("message") or ""))
        else:
            found.append(Outcome(name, "passed", ""))
    return found
