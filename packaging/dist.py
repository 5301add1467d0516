"""Builds all packages of a program into a folder.

    python packaging/dist.py build/portable/belljar build/dist
    python packaging/dist.py PROGRAM FOLDER --tag manylinux_2_28_x86_64    fails where it needs more
    python packaging/dist.py PROGRAM FOLDER --without deb                  on a machine without dpkg-deb

They are the wheel, the archive, the package for Debian, the bill of materials, and SHA256SUMS. The same files give the
same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import archive
import debian
import elf
import files
import inventory
import notices
import sbom
import wheel

SUMS = "SHA256SUMS"


def clear(folder: Path) -> None:
    """Removes the packages of an earlier build, so that no two versions lie beside each other."""
    for pattern in ("belljar-*.whl", "belljar-*.tar.gz", "belljar_*.deb", "belljar-*.cdx.json", SUMS):
        for path in folder.glob(pattern):
            path.unlink()


def sums(paths: list[Path]) -> bytes:
    """The checksums, as `sha256sum --check` reads them."""
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(paths))
    return "".join(lines).encode()


def build(
    program: Path,
    folder: Path,
    wanted: str | None = None,
    without: frozenset[str] = frozenset(),
    artefacts: Path = files.ARTEFACTS,
) -> list[Path]:
    """Writes all packages, and gives their paths. `artefacts` has the pinned wheels, for their licences."""
    third_party = notices.notices(artefacts)
    bill = sbom.written(inventory.taken(artefacts=artefacts))
    # What is wrong is found before anything is removed.
    wheel.check_tag(program, wanted)
    wheel.check_versions(program, files.version())
    if "deb" not in without:
        debian.tool()
    clear(folder)
    # Each spends its time in zlib or in another process, where threads run beside each other.
    with ThreadPoolExecutor() as pool:
        begun = [
            pool.submit(wheel.build, program, folder, third_party, bill, wanted),
            pool.submit(archive.build, program, folder, third_party),
        ]
        if "deb" not in without:
            begun.append(pool.submit(debian.build, program, folder, third_party))
        paths = [each.result() for each in begun]
    paths.append(files.store(folder / f"belljar-{files.version()}.cdx.json", bill))
    return [*paths, files.store(folder / SUMS, sums(paths))]


def main() -> None:
    """Reads the arguments, and builds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("program", type=Path, help="the program, built for release")
    parser.add_argument("folder", type=Path, help="where the packages go")
    parser.add_argument("--tag", help="the platform tag of the wheel; default: the oldest that is true")
    parser.add_argument("--without", action="append", default=[], choices=["deb"], help="leave this out")
    parser.add_argument(
        "--artefacts", type=Path, default=files.ARTEFACTS, help="the pinned wheels; default: build/artefacts"
    )
    given = parser.parse_args()
    try:
        paths = build(given.program, given.folder, given.tag, frozenset(given.without), given.artefacts)
    except (files.Failure, elf.ElfError, notices.NoticeError, OSError) as error:
        sys.exit(f"error: {error}")
    for path in paths:
        print(f"{path.stat().st_size:>10}  {path}")


if __name__ == "__main__":
    main()
