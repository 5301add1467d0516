"""The archive: the program with completions, manual pages and licences, for any folder.

The same files give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import elf
import files


def contents(program: Path, third_party: str) -> files.Files:
    """The files of the archive, below its folder."""
    out: files.Files = {
        "belljar": (program.read_bytes(), files.PROGRAM),
        "LICENSE": ((files.ROOT / "LICENSE").read_bytes(), files.FILE),
        "THIRD-PARTY.txt": (third_party.encode(), files.FILE),
        "CHANGELOG.md": ((files.ROOT / "CHANGELOG.md").read_bytes(), files.FILE),
    }
    for shell, text in files.completions(program).items():
        out[f"completions/{files.SHELLS[shell]}"] = (text, files.FILE)
    for name, page in files.man_pages(program).items():
        out[f"man/man1/{name}"] = (page, files.FILE)
    return out


def build(program: Path, folder: Path, third_party: str) -> Path:
    """Writes the archive into a folder."""
    name = f"belljar-{files.version()}-{elf.needs(program).machine}-unknown-linux-gnu"
    below = {f"{name}/{path}": file for path, file in contents(program, third_party).items()}
    return files.store(folder / f"{name}.tar.gz", files.compress(files.tar(below)))
