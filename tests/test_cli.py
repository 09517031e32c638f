"""The hub from a terminal."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from live import TOKEN, Live, call, start

from jupyter_hubcollab.cli import main


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A running hub."""
    server = start(tmp_path_factory.mktemp("hub"), "--HubCollab.upstreams=http://127.0.0.1:7")
    call("GET", f"{server.url}/hubcollab/api/me")  # the hub is there once it has answered
    yield server
    server.stop()


@pytest.fixture
def terminal(live: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Live:
    """A terminal that knows the hub."""
    monkeypatch.setenv("HUBCOLLAB_URL", f"{live.url}/hubcollab")
    monkeypatch.setenv("HUBCOLLAB_TOKEN", TOKEN)
    monkeypatch.setenv("HUBCOLLAB_CACHE", str(tmp_path / "cache"))
    return live


def run(capsys: Any, *words: str) -> tuple[int, Any]:
    """Exit code and JSON of a command."""
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_files_go_to_the_hub_and_come_back(terminal: Live, capsys: Any, tmp_path: Path) -> None:
    """Publish, list and download without Python."""
    source, target = tmp_path / "model", tmp_path / "got"
    source.mkdir()
    (source / "weights.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}")

    code, made = run(capsys, "publish", str(source), "team/cli", "--metric", "accuracy=0.9", "--license", "mit")
    _, versions = run(capsys, "versions", "team/cli")
    _, got = run(capsys, "download", "team/cli", "--revision", made["tag"], "--to", str(target))

    assert (code, made["tag"]) == (0, "v1")
    assert versions[0]["metrics"][0]["value"] == 0.9
    assert got == {"path": str(target)}
    assert (target / "weights.safetensors").read_bytes() == b"\x02" + b"\0" * 7 + b"{}"


def test_files_are_scanned_before_and_after_they_are_published(terminal: Live, capsys: Any, tmp_path: Path) -> None:
    """What would run code is named, with a way out; loading is not needed for that."""
    source = tmp_path / "model"
    (source / ".git").mkdir(parents=True)
    (source / ".git" / "index").write_bytes(pickle.dumps(print))
    (source / "weights.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}")
    run(capsys, "publish", str(source / "weights.safetensors"), "team/scanned")

    there = run(capsys, "scan", "team/scanned@v1")
    (source / "trap.pkl").write_bytes(pickle.dumps(os.system))
    here = run(capsys, "scan", str(source))
    one = run(capsys, "scan", str(source / "weights.safetensors"))

    assert (there[0], {file["safety"] for file in there[1]["files"]}) == (0, {"safe"})
    assert (here[0], here[1]["safe"]) == (1, False)
    assert [(file["path"], file["safety"]) for file in here[1]["files"]] == [
        ("trap.pkl", "unsafe"),
        ("weights.safetensors", "safe"),
    ]
    assert "system" in here[1]["files"][0]["note"]
    assert one[0] == 0


def test_a_sentence_is_searched(terminal: Live, capsys: Any) -> None:
    """Search answers on a terminal, too."""
    code, found = run(capsys, "search", "tiny", "classifier", "--limit", "2")

    assert code == 0
    assert found["query"] == "tiny classifier"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("versions", "team/none"), "RepoNotFound"),
        (("versions", "../x"), "BadName"),
        (("scan", "/no/such/file"), "BadInput"),
        (("scan", "team/none"), "RepoNotFound"),
        (("publish", "/no/such/file", "team/x"), "Unsaveable"),
        (("token", "--data-dir", "/no/such/folder"), "Unavailable"),
    ],
)
def test_a_refusal_has_exit_code_1_and_a_code(terminal: Live, capsys: Any, words: tuple[str, ...], code: str) -> None:
    """Scripts can tell what went wrong."""
    exit_code, problem = run(capsys, *words)

    assert (exit_code, problem["code"]) == (1, code)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("search",),
        ("search", "digits", "--limit", "0"),
        ("compare", "team/digits"),
        ("publish", "model.bin", "team/digits", "--metric", "accuracy"),
        ("publish", "model.bin", "team/digits", "--metric", "accuracy=good"),
        ("token", "--scope", "all"),
    ],
)
def test_a_wrong_call_has_exit_code_2(words: tuple[str, ...], capsys: Any) -> None:
    """As all commands do."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert "usage: jupyter hubcollab" in capsys.readouterr().err


def test_a_token_works_at_once(terminal: Live, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made beside a running server is known to it."""
    _, made = run(capsys, "token", "--data-dir", str(terminal.folder), "--user", "bob", "--name", "a test")
    monkeypatch.setenv("HUBCOLLAB_TOKEN", made["token"])

    code, checks = run(capsys, "doctor", "--data-dir", str(terminal.folder))

    assert code == 0, checks
    detail = f"reached at {terminal.url}/hubcollab, as bob"
    assert checks[-1] == {"name": "hub", "good": True, "detail": detail, "remedy": ""}
    assert {check["name"]: check["detail"] for check in checks}["way"] == "requests arrive as they are sent"


def test_a_token_for_another_hub_is_kept_and_forgotten(
    terminal: Live, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read from stdin, never from the command; a hub that is not asked takes none."""
    other = run(capsys, "hubs")[1]["upstreams"][0]["url"]
    monkeypatch.setattr("sys.stdin", io.StringIO("hf_secret\n"))

    kept = run(capsys, "upstream", other)
    listed = run(capsys, "hubs")[1]["upstreams"][0]
    forgotten = run(capsys, "upstream", other, "--forget")
    monkeypatch.setattr("sys.stdin", io.StringIO("hf_secret\n"))

    assert (kept[0], listed) == (0, {"url": other, "hasToken": True})
    assert (forgotten[0], run(capsys, "hubs")[1]["upstreams"][0]["hasToken"]) == (0, False)
    assert run(capsys, "upstream", "https://elsewhere.example")[1]["code"] == "BadName"


def test_tokens_are_listed_and_revoked(terminal: Live, capsys: Any) -> None:
    """Who lost one can make it useless."""
    folder = ("--data-dir", str(terminal.folder), "--user", "carl")
    run(capsys, "token", "--name", "lost", *folder)
    _, listed = run(capsys, "tokens", *folder)

    code, _ = run(capsys, "revoke", listed[0]["id"], *folder)

    assert code == 0
    assert listed[0]["name"] == "lost"
    assert run(capsys, "tokens", *folder) == (0, [])


def test_the_jupyterlab_of_this_machine_is_found(terminal: Live, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a running JupyterLab nothing has to be set."""
    monkeypatch.delenv("HUBCOLLAB_URL")
    monkeypatch.delenv("HUBCOLLAB_TOKEN")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(terminal.folder / "share" / "runtime"))

    code, found = run(capsys, "search", "anything")

    assert (code, found["query"]) == (0, "anything")


def test_an_address_and_a_token_may_be_given(terminal: Live, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go before those of the environment."""
    monkeypatch.setenv("HUBCOLLAB_URL", "http://127.0.0.1:9/hubcollab")
    monkeypatch.setenv("HUBCOLLAB_TOKEN", "wrong")

    code, _ = run(capsys, "search", "anything", "--url", f"{terminal.url}/hubcollab", "--token", TOKEN)

    assert code == 0


def test_without_a_hub_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    """Who forgot to set the address is told how."""
    monkeypatch.delenv("HUBCOLLAB_URL", raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    code = main(["versions", "team/digits"])

    assert code == 1
    assert "HUBCOLLAB_URL" in capsys.readouterr().err


def test_every_command_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    """The manual names what the program has, and nothing else."""
    with pytest.raises(SystemExit):
        main(["--help"])
    has = set(re.findall(r"^    ([a-z]+)\b", capsys.readouterr().out, re.MULTILINE))

    manual = (Path(__file__).parent.parent / "docs" / "command-line.md").read_text()
    rows = re.findall(r"^\| (`[^|]*) \|", manual.replace("\\|", "/"), re.MULTILINE)

    assert {name for row in rows for name in re.findall(r"`([a-z]+)", row)} == has


def test_doctor_says_who_has_the_folder_and_which_hub_is_away(terminal: Live, capsys: Any) -> None:
    """A lock that a server has is as it should be; another hub that does not answer is not."""
    away = "http://127.0.0.1:9"

    code, checks = run(capsys, "doctor", "--data-dir", str(terminal.folder), "--upstream", away)

    found = {check["name"]: check for check in checks}
    assert code == 1
    assert [name for name, check in found.items() if not check["good"]] == [f"upstream {away}"]
    assert "is in use by the server at" in found["lock"]["detail"]
    assert found["clock"]["good"]
    assert found[f"upstream {away}"]["remedy"]
    assert found["versions"]["detail"] == "all as needed"
    assert "no limit" in found["copies of other hubs"]["detail"]


def test_doctor_says_what_stands_in_the_way(terminal: Live, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that another program has, a proxy that rewrites what it passes on: each with what helps."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Rewriting, terminal.url)) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        monkeypatch.setenv("HUBCOLLAB_URL", f"http://127.0.0.1:{proxy.server_port}/hubcollab")
        _, checks = run(capsys, "doctor", "--data-dir", str(terminal.folder))
        monkeypatch.setenv("HUBCOLLAB_URL", f"{terminal.url}/hubcollab")
        _, more = run(capsys, "doctor", "--data-dir", str(terminal.folder), "--port", str(proxy.server_port))
        proxy.shutdown()
        thread.join()

    way = next(check for check in checks if check["name"] == "way")
    port = next(check for check in more if check["name"] == "port")
    assert (way["good"], "a/b" in way["detail"], "%2F" in way["remedy"]) == (False, True, True)
    assert (port["good"], "--port" in port["remedy"]) == (False, True)


class Rewriting(BaseHTTPRequestHandler):
    """A proxy that decodes the addresses it passes on."""

    def __init__(self, target: str, *more: Any) -> None:
        self.target = target
        super().__init__(*more)

    def do_GET(self) -> None:
        """Pass it on."""
        status, _, content = call("GET", self.target + unquote(self.path), Host=self.headers["Host"])
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *about: object) -> None:
        """Say nothing."""


def everything(server: Live) -> dict[str, str]:
    """All bytes of all models, through HTTP, as digests."""
    found = {}
    listed = json.loads(call("GET", f"{server.endpoint}/api/models?limit=1000")[2])
    for model in listed:
        for entry in json.loads(call("GET", f"{server.endpoint}/api/models/{model['id']}/tree/main?recursive=true")[2]):
            status, headers, content = call("GET", f"{server.endpoint}/{model['id']}/resolve/main/{entry['path']}")
            assert status == 200
            found[f"{model['id']}/{entry['path']}"] = f"{headers['ETag']} {hashlib.sha256(content).hexdigest()}"
    return found


def test_a_hub_is_looked_after_while_it_runs(terminal: Live, capsys: Any, tmp_path: Path) -> None:
    """By its server, as jobs; what is backed up and restored on an empty machine is served alike."""
    (tmp_path / "weights.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}")
    run(capsys, "publish", str(tmp_path / "weights.safetensors"), "team/backed-up")
    folder = ("--data-dir", str(terminal.folder))
    backup, new = str(tmp_path / "backup"), tmp_path / "new"

    done = {
        name: run(capsys, name, *more, *folder)
        for name, more in {"fsck": ["--deep"], "reindex": [], "gc": ["--dry-run"], "backup": [backup]}.items()
    }
    verified = run(capsys, "backup", backup, "--verify")
    restored = run(capsys, "restore", backup, "--data-dir", str(new))

    assert {name: code for name, (code, _) in done.items()} == dict.fromkeys(done, 0)
    assert done["reindex"][1]["numbers"]["repos"] > 0
    assert (verified[0], restored) == (0, (0, {"findings": [], "numbers": {"findings": 0}, "snapshot": ""}))
    other = start(new)
    try:
        assert everything(other) == everything(terminal) != {}
    finally:
        other.stop()


def test_a_hub_that_nobody_serves_is_looked_after_here(capsys: Any, tmp_path: Path) -> None:
    """The folder is locked meanwhile; a damaged hub has exit code 1."""
    from people import ANN, DIGITS

    from jupyter_hubcollab.hub.changes import Put
    from jupyter_hubcollab.hub.hub import open_hub
    from jupyter_hubcollab.names import FilePath
    from jupyter_hubcollab.storage.database import Database

    hub = open_hub(tmp_path, Database(f"sqlite:///{tmp_path}/index.sqlite"))
    hub.repos.create(ANN, DIGITS)
    digest = hub.blobs.put([b"weights"])
    hub.commits.commit(ANN, DIGITS, [Put(FilePath("w.bin"), digest, 7)], message="m")
    hub.close()
    hub.database.close()
    folder = ("--data-dir", str(tmp_path))

    assert run(capsys, "fsck", *folder)[0] == 0
    assert run(capsys, "gc", "--grace-hours", "0.5", *folder)[1]["code"] == "BadInput"
    hub.blobs.whole.remove(digest)

    code, report = run(capsys, "fsck", *folder)

    assert code == 1
    assert "needs the blob" in report["findings"][0]["what"]
    assert main(["backup", str(tmp_path.parent / "b"), *folder]) == 1


def test_an_index_elsewhere_is_found_without_a_server(capsys: Any, tmp_path: Path) -> None:
    """Garbage is what that index does not know; looked at with an empty one, all would be."""
    from people import ANN, DIGITS

    from jupyter_hubcollab.hub.hub import open_hub
    from jupyter_hubcollab.storage.database import Database, note_url

    folder, url = tmp_path / "hub", f"sqlite:///{tmp_path}/elsewhere.sqlite"
    folder.mkdir()
    hub = open_hub(folder, Database(url))
    hub.repos.create(ANN, DIGITS)
    hub.close()
    hub.database.close()
    note_url(folder, url)

    code, report = run(capsys, "reindex", "--data-dir", str(folder))
    _, tokens = run(capsys, "tokens", "--data-dir", str(folder))

    _, doctor = run(capsys, "doctor", "--data-dir", str(folder), "--port", "1")

    assert (code, report["numbers"]["repos"], tokens) == (0, 1, [])
    assert not (folder / "index.sqlite").exists()
    assert [one["detail"] for one in doctor if one["name"] == "index"] == ["answers in its own database"]
