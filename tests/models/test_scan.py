"""Files are looked through without running what is in them. Payloads here only read the environment."""

from __future__ import annotations

import bz2
import collections
import datetime
import functools
import gzip
import io
import lzma
import os
import pickle
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import ANN, DIGITS
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from jupyter_hubcollab.errors import UnsafeFile
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.models.scan import Verdict, scan
from jupyter_hubcollab.models.scan.scans import Scans
from jupyter_hubcollab.names import FilePath


class Evil:
    """Would read the environment when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.getenv, ("HOME",)


def look(content: bytes, name: str = "model.pkl") -> Verdict:
    return scan(io.BytesIO(content), len(content), name)


def dumped(value: object, **options: Any) -> bytes:
    target = io.BytesIO()
    joblib.dump(value, target, **options)
    return target.getvalue()


def saved(array: Any) -> bytes:
    target = io.BytesIO()
    np.save(target, array)
    return target.getvalue()


def zipped(name: str, content: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def hidden_from_the_directory(content: bytes) -> bytes:
    """A zip whose directory knows nothing of its first member."""
    whole = zipped("archive/data.pkl", content)
    honest = zipped("archive/version", b"3")
    return whole[: whole.index(b"PK\x01\x02")] + honest


def wrong_checksum(content: bytes) -> bytes:
    whole = zipped("archive/data.pkl", content)
    return whole.replace(zlib.crc32(content).to_bytes(4, "little"), b"\0\0\0\0")


EVIL = pickle.dumps(Evil())

PACKED: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{f"protocol {n}": ("m.pkl", functools.partial(pickle.dumps, Evil(), n)) for n in range(6)},
    "wrong suffix": ("m.txt", lambda: EVIL),
    "bin": ("pytorch_model.bin", lambda: pickle.dumps(Evil(), 0)),
    "gzip": ("m.pkl.gz", lambda: gzip.compress(EVIL)),
    "bz2": ("m.pkl.bz2", lambda: bz2.compress(EVIL)),
    "xz": ("m.pkl.xz", lambda: lzma.compress(EVIL)),
    "zlib": ("m.joblib", lambda: zlib.compress(EVIL)),
    "twice": ("m.pkl.gz.gz", lambda: gzip.compress(gzip.compress(EVIL))),
    "second pickle": ("m.pkl", lambda: pickle.dumps([1]) + EVIL),
    "after the first array": ("m.joblib", lambda: dumped([np.arange(100), Evil()])),
    "compressed joblib": ("m.joblib", lambda: dumped([np.arange(100), Evil()], compress=("lzma", 3))),
    "object array in joblib": ("m.joblib", lambda: dumped({"a": np.array([None, Evil()], object)})),
    "object array": ("m.npy", lambda: saved(np.array([Evil()], object))),
    "structured object array": ("m.npy", lambda: saved(np.array([(1, Evil())], [("n", "i4"), ("o", "O")]))),
    "npz": ("m.npz", lambda: zipped("a.npy", saved(np.array([Evil()], object)))),
    "torch zip": ("m.pt", lambda: zipped("archive/data.pkl", EVIL)),
    "deflated zip": ("m.pt", lambda: zipped("archive/data.pkl", EVIL, zipfile.ZIP_DEFLATED)),
    "zip under another name": ("m.dat", lambda: zipped("archive/whatever", EVIL)),
    "zip after other bytes": ("m.pt", lambda: b"x" * 100 + zipped("archive/data.pkl", EVIL)),
    "zip in zip": ("m.pt", lambda: zipped("inner.zip", zipped("data.pkl", EVIL))),
    "zip with a wrong checksum": ("m.pt", lambda: wrong_checksum(EVIL)),
    "zip with a hidden member": ("m.pt", lambda: hidden_from_the_directory(EVIL)),
    "tar": ("m.nemo", lambda: tarred("weights.ckpt", EVIL)),
    "tar.gz": ("m.tar.gz", lambda: gzip.compress(tarred("weights.ckpt", EVIL))),
    "partial": ("m.pkl", lambda: pickle.dumps(functools.partial(print, "x"))),
    "getattr": ("m.pkl", lambda: b"cbuiltins\ngetattr\n."),
    "dotted name": ("m.pkl", lambda: b"\x80\x04\x8c\x05numpy\x8c\x0ef2py.os.getenv\x93."),
    "extension code": ("m.pkl", lambda: b"\x80\x02\x82\x01."),
    "inst": ("m.pkl", lambda: b"(S'HOME'\nios\ngetenv\n."),
    "obj": ("m.pkl", lambda: b"(cos\ngetenv\nS'HOME'\no."),
    "memo": ("m.pkl", lambda: b"\x80\x04\x8c\x02os\x94\x8c\x06getenv\x940h\x00h\x01\x93."),
    "no stop": ("m.pkl", lambda: pickle.dumps([1])[:-1]),
    "7z": ("m.pt", lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100),
    "keras lambda": ("m.keras", lambda: zipped("config.json", b'{"class_name": "Lambda"}')),
    "test helper": ("m.pkl", lambda: b"csklearn.utils._testing\nassert_run_python_script_without_output\n."),
    "torch loader": ("m.pkl", lambda: b"ctorch.storage\n_load_from_bytes\n."),
}


@pytest.mark.parametrize("case", PACKED, ids=str)
def test_what_could_run_code_is_unsafe(case: str) -> None:
    """However it is packed or named."""
    name, make = PACKED[case]

    assert look(make(), name).safety == "unsafe"


def test_the_verdict_names_the_import() -> None:
    """People learn what the file would do."""
    verdict = look(EVIL)

    assert "os.getenv" in verdict.note
    assert verdict.imports == ("os getenv",)


@pytest.fixture(scope="module")
def fitted() -> list[Any]:
    x, y = load_digits(return_X_y=True)
    models = [
        RandomForestClassifier(3),
        HistGradientBoostingClassifier(max_iter=2),
        GradientBoostingRegressor(n_estimators=2),
        KNeighborsClassifier(),
        MLPClassifier((4,), max_iter=2),
        make_pipeline(StandardScaler(), SVC()),
        make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=5)),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [model.fit(x[:200], y[:200]) for model in models]


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3)], ids=str)
def test_honest_joblib_files_pass(fitted: list[Any], compress: Any) -> None:
    """Arrays between the opcodes and compression do not matter."""
    verdicts = [look(dumped(model, compress=compress), "m.joblib") for model in fitted]

    assert [verdict.note for verdict in verdicts if verdict.safety != "safe"] == []


@pytest.mark.parametrize("protocol", range(6))
def test_honest_pickles_pass(fitted: list[Any], protocol: int) -> None:
    """In every protocol."""
    values = [*fitted, collections.OrderedDict(a=datetime.date(2026, 1, 2)), {1, 2}, np.arange(3), [1.5, None, b"x"]]

    verdicts = [look(pickle.dumps(value, protocol)) for value in values]

    assert [verdict.note for verdict in verdicts if verdict.safety != "safe"] == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pkl"),
        (b'{"a": 1}', "config.bin"),
        (b"cos\nsystem\n", "README.md"),
        (b"GGUF" + b"c" * 100, "m.gguf"),
        (b"\x80\x02\0\0\0\0\0\0{}", "w.safetensors"),
        (b"\x80\x02" + b"\xff" * 50, "raw"),
        (zipped("archive/data/0", b"\x80\x02garbage"), "m.pt"),
        (saved(np.zeros(3, [("Object", "f4")])), "a.npy"),
    ],
)
def test_what_is_no_pickle_is_not_taken_for_one(content: bytes, name: str) -> None:
    """Text, tensors and containers of raw numbers pass."""
    assert look(content, name).safety == "safe"


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(["m.bin", "m.dat", "m.json", "m"]))
def test_raw_numbers_are_not_taken_for_pickles(content: bytes, name: str) -> None:
    """Weights of any library may begin with any byte."""
    if content[:1] == b"\x80" or content[:2] in (b"\x1f\x8b", b"BZ", b"PK", b"7z"):
        return

    assert look(content, name).safety == "safe"


@settings(max_examples=500)
@given(st.binary(max_size=300), st.sampled_from([".pkl", ".pt", ".npy", ".joblib"]))
def test_any_bytes_get_a_verdict(content: bytes, kind: str) -> None:
    """No file makes the scanner fail."""
    for start in (b"", b"\x80\x04", b"\x93NUMPY\x01\0", b"PK\x03\x04", b"\x1f\x8b"):
        look(start + content, "m" + kind)


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.data())
def test_a_changed_byte_never_hides_an_import(seed: int, data: st.DataObject) -> None:
    """A damaged pickle is refused or still shows what it imports."""
    spoiled = bytearray(pickle.dumps([list(range(5)), Evil()], 4))
    at = data.draw(st.integers(0, len(spoiled) - 1))
    spoiled[at] = seed % 256

    verdict = look(bytes(spoiled))

    assert verdict.safety == "unsafe" or not any("getenv" in name for name in verdict.imports)


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02)" + b"2\x86" * 60 + b"q\x000}h\x00K\x01s.",
        b"\x80\x02" + b"(" * 300_000,
        b"\x80\x04\x8e" + (1 << 60).to_bytes(8, "little"),
        b"\x80\x04\x95" + (1 << 60).to_bytes(8, "little") + b"N.",
        gzip.compress(b"\0" * (64 << 20)),
    ],
    ids=["exponential key", "marks", "absurd bytes", "absurd frame", "swelling"],
)
def test_a_bomb_ends_quickly(content: bytes) -> None:
    """Neither memory nor time is lost on a file that promises too much."""
    look(content)


def test_a_commit_with_an_unsafe_file_is_refused(publish: Any, models: Models, hub: Hub) -> None:
    """Whichever way it comes: every protocol ends in the same commit."""
    publish()

    with pytest.raises(UnsafeFile, match=r"os\.getenv"):
        hub.commits.commit(ANN, DIGITS, [Put(FilePath("m.pkl"), EVIL, len(EVIL))], message="Try")


class CountingBlobs:
    """A store that counts how often it is read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads = 0

    def path(self, digest: object) -> None:
        return None

    def size(self, digest: object) -> int:
        return len(self.content)

    def read(self, digest: object) -> Any:
        self.reads += 1
        return iter([self.content])


def test_a_content_is_looked_through_once(hub: Hub) -> None:
    """The verdict is remembered by digest; another suffix is another question."""
    blobs: Any = CountingBlobs(pickle.dumps([1]))
    scans = Scans(hub.database, blobs)
    digest: Any = "0" * 64

    verdicts = [scans.verdict(name, digest).safety for name in ("a.pkl", "b.pkl", "c.bin")]

    assert verdicts == ["safe"] * 3
    assert blobs.reads == 2
