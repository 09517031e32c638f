"""A disk that loses what nobody waited for; see disk.c."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
COMPILER = shutil.which("cc")


@dataclass(frozen=True)
class Disk:
    """What was synced below *root*."""

    root: Path
    record: Path
    library: Path

    @classmethod
    def below(cls, root: Path, scratch: Path) -> Disk:
        """A disk whose present content is safe."""
        library = scratch / "disk.so"
        if not library.exists():
            assert COMPILER is not None
            subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", library, SOURCE], check=True)
        record = scratch / f"record-{root.name}"
        record.mkdir()
        disk = cls(root, record, library)
        for folder, _, files in os.walk(root):
            disk._note(Path(folder))
            for name in files:
                disk._note(Path(folder, name))
        return disk

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to write to this disk."""
        return {"LD_PRELOAD": str(self.library), "DISK_ROOT": str(self.root), "DISK_RECORD": str(self.record)}

    def after_power_cut(self, to: Path, dice: random.Random, luck: float) -> None:
        """The tree as a power cut may leave it: each thing nobody waited for survives with a chance of *luck*."""
        self._survive(self.root, self._key(self.root), to, dice, luck)

    def _survive(self, live: Path | None, key: str, to: Path, dice: random.Random, luck: float) -> None:
        noted = self.record / key
        is_lucky = dice.random() < luck
        if key.startswith("f"):
            if is_lucky and live is not None and live.is_file():
                shutil.copyfile(live, to)
            elif noted.exists():
                shutil.copyfile(noted, to)
            else:
                to.touch()
            return
        to.mkdir()
        here = self._names(live)
        names = dict(reversed(line.split(" ", 1)) for line in noted.read_text().splitlines()) if noted.exists() else {}
        if is_lucky and live is not None:
            names = here
        for name, child in names.items():
            same = here.get(name) == child
            self._survive(
                live / name if live is not None and same else self._moved(child), child, to / name, dice, luck
            )

    def _names(self, live: Path | None) -> dict[str, str]:
        if live is None or not live.is_dir():
            return {}
        return {one.name: self._key(one) for one in live.iterdir()}

    def _moved(self, key: str) -> Path | None:
        """Where a file or folder is now that was renamed or removed after its folder was synced."""
        inode = int(key[1:].partition("-")[0])
        for folder, folders, files in os.walk(self.root):
            for name in [*folders, *files]:
                one = Path(folder, name)
                if one.lstat().st_ino == inode and self._key(one) == key:
                    return one
        return None

    def _key(self, path: Path) -> str:
        out = ctypes.create_string_buffer(96)
        found = ctypes.CDLL(str(self.library)).disk_key(str(path).encode(), out, ctypes.c_size_t(96))
        assert found == 0, path
        return out.value.decode()

    def _note(self, path: Path) -> None:
        noted = self.record / self._key(path)
        if path.is_dir():
            noted.write_text("".join(f"{key} {name}\n" for name, key in self._names(path).items()))
        else:
            shutil.copyfile(path, noted)
