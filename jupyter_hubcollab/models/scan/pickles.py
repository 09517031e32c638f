"""A dry run of the pickle machine: it follows every opcode, but imports nothing and calls nothing.

Each import becomes an empty class of ours, each call an empty object; what remains is the list of imports. Where a
loader would jump over bytes (joblib writes arrays between the opcodes) the dry run jumps over the same bytes.

Built on the pure-Python unpickler of the standard library, with every opcode replaced that would import, call, hash
or hold much of what the file says.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, ClassVar

from .imports import judged
from .verdicts import Verdict, unsafe

MOST_STEPS = 10_000_000
BIG = 1 << 20
TORCH_LEGACY = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
TORCH_LEGACY_PICKLES = 5


class Unreadable(Exception):
    """The bytes are no pickle, or one that no honest writer makes."""


class _Thing:
    """Stands for any object."""

    imported = ""

    def __init__(self, imported: str = "") -> None:
        self.imported = imported
        self.dtype = ""
        self.holds_objects = False

    def append(self, value: object) -> None:
        """As lists do."""

    def extend(self, values: object) -> None:
        """As lists do."""


_WRAPPERS = ("joblib.numpy_pickle NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle NumpyArrayWrapper")


_Unpickler: Any = pickle._Unpickler


class DryRun(_Unpickler):  # type: ignore[misc]
    """Follows one pickle in *source* from where it stands."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(_Unpickler.dispatch)

    def __init__(self, source: BinaryIO, imports: set[str]) -> None:
        super().__init__(source, encoding="latin1")
        self.source = source
        self.imports = imports

    def load(self) -> None:
        """Run to the STOP opcode.

        Raises:
            Unreadable: the pickle is broken, or longer than a pickle of a model.
        """
        self._unframer = pickle._Unframer(self._read, self._readline)  # type: ignore[attr-defined]
        self.read, self.readline, self.readinto = self._unframer.read, self._unframer.readline, self._unframer.readinto
        self.metastack: list[list[Any]] = []
        self.stack: list[Any] = []
        self.append = self.stack.append
        self.proto = 0
        for _ in range(MOST_STEPS):
            opcode = self._read(1)[0]
            if opcode == pickle.STOP[0]:
                return
            self._step(opcode)
        raise Unreadable("it is longer than the pickle of any model")

    def _step(self, opcode: int) -> None:
        try:
            self.dispatch[opcode](self)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            raise Unreadable(f"broken at byte {self.source.tell()}") from error
        except (pickle.UnpicklingError, EOFError, struct.error) as error:
            raise Unreadable(f"broken at byte {self.source.tell()}") from error

    def _read(self, size: int) -> bytes:
        if size > BIG * 8:
            raise Unreadable("it names a value of absurd size")
        found = self.source.read(size)
        if len(found) < size:
            raise Unreadable("it ends too early")
        return found

    def _readline(self) -> bytes:
        line = self.source.readline(BIG * 64)
        if not line.endswith(b"\n"):
            raise Unreadable("it has an endless line")
        return line

    def find_class(self, module: Any, name: Any) -> _Thing:
        """Note the import; do not do it."""
        imported = f"{module} {name}"
        self.imports.add(imported)
        return _Thing(imported)

    def get_extension(self, code: int) -> None:
        """Extension codes are imports by number."""
        self.append(self.find_class("copyreg", f"extension.{code}"))

    def persistent_load(self, pid: object) -> _Thing:  # noqa: ARG002
        """Torch keeps its tensors beside the pickle."""
        return _Thing()

    def _instantiate(self, klass: object, args: object) -> None:  # noqa: ARG002
        self.append(_made(klass))

    def load_frame(self) -> None:
        """Frames are a hint to read ahead; bytes between them belong to joblib."""
        self._read(8)

    def load_reduce(self) -> None:
        """A call that is not made."""
        args = self.stack.pop()
        called = self.stack[-1]
        made = _made(called)
        if isinstance(called, _Thing) and called.imported == "numpy dtype" and args:
            made.dtype = args[0] if isinstance(args[0], str) else "O"
            made.holds_objects = made.dtype[:1] == "O"
        self.stack[-1] = made

    def load_newobj(self) -> None:
        """A class that is not instantiated."""
        self.stack.pop()
        self.stack[-1] = _made(self.stack[-1])

    def load_newobj_ex(self) -> None:
        """A class that is not instantiated, with named arguments."""
        self.stack.pop()
        self.load_newobj()

    def load_build(self) -> None:
        """A state that is not set; a joblib array is stepped over."""
        state = self.stack.pop()
        target = self.stack[-1]
        if not isinstance(target, _Thing):
            return
        if target.imported == "numpy dtype":
            target.holds_objects = target.holds_objects or _holds_objects(state, 0)
        elif target.imported in _WRAPPERS:
            self._step_over_array(state)

    def _step_over_array(self, state: Any) -> None:
        if not isinstance(state, dict) or not isinstance(state.get("dtype"), _Thing):
            raise Unreadable("it has a joblib array without a type")
        dtype: _Thing = state["dtype"]
        if dtype.holds_objects:
            DryRun(self.source, self.imports).load()
            return
        if state.get("numpy_array_alignment_bytes") is not None:
            self._read(self._read(1)[0])
        _skip(self.source, _array_bytes(dtype.dtype, state.get("shape")))

    def load_setitem(self) -> None:
        """Keep what has a name; hash nothing else."""
        value, key = self.stack.pop(), self.stack.pop()
        self._keep(self.stack[-1], [key, value])

    def load_setitems(self) -> None:
        """Keep what has a name; hash nothing else."""
        pairs = self.pop_mark()
        self._keep(self.stack[-1], pairs)

    def load_dict(self) -> None:
        """Keep what has a name; hash nothing else."""
        found: dict[str, object] = {}
        self._keep(found, self.pop_mark())
        self.append(found)

    def _keep(self, target: object, pairs: list[Any]) -> None:
        if isinstance(target, dict):
            target.update(
                (key, value) for key, value in zip(pairs[::2], pairs[1::2], strict=False) if isinstance(key, str)
            )

    def load_additems(self) -> None:
        """Members of sets are not needed."""
        self.pop_mark()

    def load_frozenset(self) -> None:
        """Members of sets are not needed."""
        self.pop_mark()
        self.append(_Thing())

    def _payload(self, size: int) -> None:
        """Bytes or text that is data; nothing that long is a name."""
        if size <= BIG:
            self.append(self._read(size).decode("utf-8", "replace"))
        else:
            _skip(self.source, size)
            self.append(_Thing())

    def load_payload_4(self) -> None:
        """A payload whose length has four bytes."""
        self._payload(int.from_bytes(self._read(4), "little"))

    def load_payload_8(self) -> None:
        """A payload whose length has eight bytes."""
        self._payload(int.from_bytes(self._read(8), "little"))

    def load_bytes_4(self) -> None:
        """Bytes whose length has four bytes; bytes are no names."""
        _skip(self.source, int.from_bytes(self._read(4), "little"))
        self.append(_Thing())

    def load_bytes_8(self) -> None:
        """Bytes whose length has eight bytes; bytes are no names."""
        _skip(self.source, int.from_bytes(self._read(8), "little"))
        self.append(_Thing())


DryRun.dispatch |= {
    pickle.FRAME[0]: DryRun.load_frame,
    pickle.REDUCE[0]: DryRun.load_reduce,
    pickle.NEWOBJ[0]: DryRun.load_newobj,
    pickle.NEWOBJ_EX[0]: DryRun.load_newobj_ex,
    pickle.BUILD[0]: DryRun.load_build,
    pickle.SETITEM[0]: DryRun.load_setitem,
    pickle.SETITEMS[0]: DryRun.load_setitems,
    pickle.DICT[0]: DryRun.load_dict,
    pickle.ADDITEMS[0]: DryRun.load_additems,
    pickle.FROZENSET[0]: DryRun.load_frozenset,
    pickle.BINUNICODE[0]: DryRun.load_payload_4,
    pickle.BINUNICODE8[0]: DryRun.load_payload_8,
    pickle.BINSTRING[0]: DryRun.load_payload_4,
    pickle.BINBYTES[0]: DryRun.load_bytes_4,
    pickle.BINBYTES8[0]: DryRun.load_bytes_8,
    pickle.BYTEARRAY8[0]: DryRun.load_bytes_8,
}


def _made(klass: object) -> _Thing:
    return _Thing(klass.imported if isinstance(klass, _Thing) else "")


def _holds_objects(value: object, depth: int) -> bool:
    """Whether the state of a NumPy type has a field of Python objects."""
    if depth > 16:
        raise Unreadable("a type is nested too deeply")
    if isinstance(value, _Thing):
        return value.holds_objects
    inner = list(value.values()) if isinstance(value, dict) else value
    return isinstance(inner, tuple | list) and any(_holds_objects(part, depth + 1) for part in inner[:4096])


def _array_bytes(dtype: str, shape: object) -> int:
    if not isinstance(shape, tuple) or not all(isinstance(length, int) and length >= 0 for length in shape):
        raise Unreadable("it has a joblib array without a shape")
    kind, digits = dtype[:1], dtype[1:]
    if kind not in "?biufcmMSUV" or not kind or (digits and not digits.isdecimal()):
        raise Unreadable("it has a joblib array of unknown type")
    count = int(digits or "1") * (4 if kind == "U" else 1)
    for length in shape:
        count *= length
    return count


def _skip(source: BinaryIO, size: int) -> None:
    here = source.tell()
    end = source.seek(0, 2)
    if here + size > end:
        raise Unreadable("it ends too early")
    source.seek(here + size)


def scan_pickles(source: BinaryIO, size: int) -> Verdict:
    """The verdict on *source*, *size* bytes of one pickle after another.

    Raises:
        Unreadable: not even the first opcode makes sense.
    """
    imports: set[str] = set()
    head = source.read(2 + len(TORCH_LEGACY))
    source.seek(0)
    most = TORCH_LEGACY_PICKLES if head[2:] == TORCH_LEGACY else size
    done = 0
    while source.tell() < size and done < most:
        try:
            DryRun(source, imports).load()
        except Unreadable as error:
            verdict = judged(imports)
            if verdict.safety == "unsafe" or done:
                return unsafe(
                    verdict.note if verdict.safety == "unsafe" else f"what follows its pickle is {error}", imports
                )
            raise Unreadable(str(error)) from error
        done += 1
    return judged(imports)
