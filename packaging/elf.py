"""What a program of Linux asks of the machine: its C library, and the other libraries.

A small reader of ELF, enough for the dynamic section and the versions of symbols. Everything it takes from the file is
bounded by the file.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = b"\x7fELF"
CLASS_64, LITTLE = 2, 1
MACHINES = {62: "x86_64", 183: "aarch64"}
LOAD, DYNAMIC = 1, 2
NEEDED, STRTAB, VERNEED, VERNEEDNUM = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF
MOST = 10_000
LONGEST = 1_000

# The libraries that every machine of manylinux has, of those that a program in Rust may need.
MANYLINUX = {
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "librt.so.1",
    "libpthread.so.0",
    "libgcc_s.so.1",
    "libutil.so.1",
}
LOADERS = re.compile(r"ld-linux-[a-z0-9_-]+\.so\.\d+")


class ElfError(Exception):
    """A file is no program that can be read."""


@dataclass(frozen=True)
class Needs:
    """What a program asks for."""

    machine: str
    libraries: tuple[str, ...]
    # The newest version of the C library that a symbol of it is from; nothing where it is linked statically.
    glibc: tuple[int, int] | None

    def tag(self) -> str:
        """The oldest platform tag of PEP 600 that is true of it."""
        major, minor = self.glibc or (2, 17)
        return f"manylinux_{major}_{max(minor, 17)}_{self.machine}"

    def foreign(self) -> list[str]:
        """Libraries that a machine of manylinux need not have."""
        return [name for name in self.libraries if name not in MANYLINUX and not LOADERS.fullmatch(name)]


class _File:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.segments: list[tuple[int, int, int, int]] = []

    def unpack(self, form: str, at: int) -> tuple[int, ...]:
        """Numbers at a place of the file."""
        if at + struct.calcsize(f"<{form}") > len(self.data):
            raise ElfError(f"it ends before byte {at}")
        return struct.unpack_from(f"<{form}", self.data, at)

    def offset(self, address: int) -> int:
        """Where in the file an address is."""
        for kind, start, where, size in self.segments:
            if kind == LOAD and where <= address < where + size:
                return start + address - where
        raise ElfError(f"no segment has the address {address:#x}")

    def text(self, table: int, at: int) -> str:
        """A text of a table of texts."""
        end = self.data.find(b"\0", table + at, table + at + LONGEST)
        if end < 0:
            raise ElfError("a text has no end")
        return self.data[table + at : end].decode("ascii", "replace")


def needs(path: Path) -> Needs:
    """What the program at a path asks for."""
    file = _File(path.read_bytes())
    if file.data[:4] != MAGIC or file.data[4:6] != bytes([CLASS_64, LITTLE]):
        raise ElfError(f"`{path}` is no 64-bit program of Linux")
    (machine,) = file.unpack("H", 18)
    if machine not in MACHINES:
        raise ElfError(f"`{path}` is for the machine {machine}, which has no tag here")
    (table,) = file.unpack("Q", 32)
    size, count = file.unpack("HH", 54)
    for number in range(count):
        kind, _, start, where, _, length = file.unpack("IIQQQQ", table + number * size)
        file.segments.append((kind, start, where, length))
    entries = list(_dynamic(file))
    values = dict(entries)
    if STRTAB not in values:
        return Needs(MACHINES[machine], (), None)
    texts = file.offset(values[STRTAB])
    libraries = tuple(file.text(texts, value) for tag, value in entries if tag == NEEDED)
    found = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")
    versions = [found.fullmatch(name) for name in _versions(file, values, texts)]
    return Needs(
        MACHINES[machine], libraries, max(((int(v[1]), int(v[2])) for v in versions if v), default=None)
    )


def _dynamic(file: _File) -> Iterator[tuple[int, int]]:
    """The entries of the dynamic section."""
    for kind, start, _, length in file.segments:
        if kind != DYNAMIC:
            continue
        for at in range(start, start + length, 16):
            tag, value = file.unpack("QQ", at)
            if tag == 0:
                return
            yield tag, value


def _versions(file: _File, values: dict[int, int], texts: int) -> Iterator[str]:
    """The versions of symbols that the libraries have to have."""
    if VERNEED not in values:
        return
    at = file.offset(values[VERNEED])
    seen = 0
    for _ in range(min(values.get(VERNEEDNUM, 0), MOST)):
        _, count, _, auxiliary, following = file.unpack("HHIII", at)
        each = at + auxiliary
        for _ in range(count):
            seen += 1
            if seen > MOST:
                raise ElfError(f"it needs more than {MOST} versions")
            _, _, _, name, step = file.unpack("IHHII", each)
            yield file.text(texts, name)
            each += step
        at += following
