"""Files of a package: their contents and modes, and a tar archive of them that is the same for the same files."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
METADATA = Path(__file__).resolve().parent / "metadata.toml"
ARTEFACTS = ROOT / "build" / "artefacts"
# The time of every file in a package, 1980-01-01: the oldest that a zip file can have.
TIME = 315_532_800
FILE, PROGRAM = 0o644, 0o755

# Contents and modes by path.
Files = dict[str, tuple[bytes, int]]

# Where each shell expects the completions of a program, below `completions` of an archive.
SHELLS = {
    "bash": "belljar.bash",
    "zsh": "_belljar",
    "fish": "belljar.fish",
    "powershell": "_belljar.ps1",
    "elvish": "belljar.elv",
}


class Failure(Exception):
    """The reason why a package can't be built."""


def version() -> str:
    """The version of the workspace."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    declared: str = manifest["workspace"]["package"]["version"]
    return declared


def settings() -> dict[str, Any]:
    """The contents of metadata.toml."""
    return tomllib.loads(METADATA.read_text(encoding="utf-8"))


def output_of(program: Path, *arguments: str) -> str:
    """What the program prints."""
    command = [str(program.resolve()), *arguments]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    if run.returncode != 0:
        raise Failure(f"`{program} {' '.join(arguments)}` failed:\n{run.stderr.strip()}")
    return run.stdout


def completions(program: Path) -> dict[str, bytes]:
    """The completions of all shells, by shell."""
    return {shell: output_of(program, "completions", shell).encode() for shell in SHELLS}


def man_pages(program: Path) -> dict[str, bytes]:
    """The manual pages by file name: the one of the program, and those of the commands that it lists."""
    first = output_of(program, "man-page")
    commands = re.findall(r"^belljar\\-([a-z\\-]+)\(1\)$", first, re.MULTILINE)
    if not commands:
        raise Failure(f"the manual page of `{program}` lists no command")
    pages = {"belljar.1": first.encode()}
    for name in (command.replace("\\", "") for command in commands):
        pages[f"belljar-{name}.1"] = output_of(program, "man-page", name).encode()
    return pages


def compress(data: bytes) -> bytes:
    """A gzip file without a name or a time."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def tar(files: Files) -> bytes:
    """A tar archive with its folders, owned by root, sorted and with one time."""
    out = io.BytesIO()
    folders = {str(folder) for name in files for folder in Path(name).parents} - {"."}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted({*folders, *files}):
            entry = tarfile.TarInfo(name)
            entry.mtime = TIME
            entry.uname = entry.gname = "root"
            if name in files:
                data, entry.mode = files[name]
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
            else:
                entry.type, entry.mode = tarfile.DIRTYPE, PROGRAM
                archive.addfile(entry)
    return out.getvalue()


def store(path: Path, data: bytes) -> Path:
    """Writes a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(path.name + ".part")
    begun.write_bytes(data)
    begun.replace(path)
    return path


if __name__ == "__main__":
    print(version())
