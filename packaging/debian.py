"""The package for Debian and Ubuntu, built by `dpkg-deb`.

The same files give the same bytes: `dpkg-deb` takes the time of all files from `SOURCE_DATE_EPOCH`, and gzip does not
depend on the number of processors, as xz does.
"""

from __future__ import annotations

import email.utils
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import elf
import files

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/belljar",
    "zsh": "usr/share/zsh/vendor-completions/_belljar",
    "fish": "usr/share/fish/vendor_completions.d/belljar.fish",
}
DOCUMENTS = "usr/share/doc/belljar"
# Which package has a library, and how it is asked for. Those of the C library are one package.
LIBGCC = "libgcc_s.so.1"
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: belljar
Comment: The program contains crates and Python packages; THIRD-PARTY.txt.gz lists them with their licences.

Files: *
Copyright: 2026 the authors of Belljar
License: Apache-2.0
 On Debian systems, the text of the licence is in /usr/share/common-licenses/Apache-2.0.
"""
# The entry that Debian's own format asks for; the changes are in CHANGELOG.md.
CHANGE = """belljar ({version}) unstable; urgency=medium

  * See CHANGELOG.md.gz.

 -- {maintainer}  {date}
"""


def depends(needs: elf.Needs) -> str:
    """The packages that have the libraries of the program."""
    foreign = needs.foreign()
    if foreign:
        raise files.Failure(f"no Debian package is known for {', '.join(foreign)}")
    major, minor = needs.glibc or (2, 17)
    out = [f"libc6 (>= {major}.{minor})"]
    if LIBGCC in needs.libraries:
        out.append("libgcc-s1")
    return ", ".join(out)


def control(needs: elf.Needs, installed: int) -> str:
    """The file control; `installed` is the size of all files in bytes."""
    project = files.settings()["project"]
    lines = [
        "Package: belljar",
        f"Version: {files.version()}",
        f"Architecture: {ARCHITECTURES[needs.machine]}",
        f"Maintainer: {project['maintainer']}",
        f"Installed-Size: {-(-installed // 1024)}",
        f"Depends: {depends(needs)}",
        "Section: devel",
        "Priority: optional",
        f"Description: {project['synopsis']}",
    ]
    lines += [f" {line.strip() or '.'}" for line in project["description"].strip().splitlines()]
    return "\n".join(lines) + "\n"


def contents(program: Path, third_party: str) -> files.Files:
    """The files that the package installs."""
    changes = (files.ROOT / "CHANGELOG.md").read_bytes()
    maintainer = files.settings()["project"]["maintainer"]
    entry = CHANGE.format(
        version=files.version(), maintainer=maintainer, date=email.utils.formatdate(files.TIME)
    )
    out: files.Files = {
        "usr/bin/belljar": (program.read_bytes(), files.PROGRAM),
        f"{DOCUMENTS}/copyright": (COPYRIGHT.encode(), files.FILE),
        f"{DOCUMENTS}/THIRD-PARTY.txt.gz": (files.compress(third_party.encode()), files.FILE),
        f"{DOCUMENTS}/CHANGELOG.md.gz": (files.compress(changes), files.FILE),
        f"{DOCUMENTS}/changelog.gz": (files.compress(entry.encode()), files.FILE),
    }
    written = files.completions(program)
    for shell, path in COMPLETIONS.items():
        out[path] = (written[shell], files.FILE)
    for name, page in files.man_pages(program).items():
        out[f"usr/share/man/man1/{name}.gz"] = (files.compress(page), files.FILE)
    return out


def lay(tree: files.Files, root: Path) -> None:
    """Writes files below a folder, with their modes whatever the umask is."""
    root.chmod(files.PROGRAM)
    for name, (data, mode) in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    for folder in root.rglob("*"):
        if folder.is_dir():
            folder.chmod(files.PROGRAM)


def tool() -> str:
    """The program that builds the package."""
    found = shutil.which("dpkg-deb")
    if found is None:
        raise files.Failure("`dpkg-deb` is not installed; `WITHOUT=deb` builds the other packages")
    return found


def build(program: Path, folder: Path, third_party: str) -> Path:
    """Writes the package into a folder."""
    return write(contents(program, third_party), elf.needs(program), folder)


def write(tree: files.Files, needs: elf.Needs, folder: Path) -> Path:
    """Writes the package of some files into a folder."""
    sums = "".join(
        f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}  {name}\n"
        for name, (data, _) in sorted(tree.items())
    )
    text = control(needs, sum(len(data) for data, _ in tree.values()))
    described = {
        **tree,
        "DEBIAN/control": (text.encode(), files.FILE),
        "DEBIAN/md5sums": (sums.encode(), files.FILE),
    }
    path = folder / f"belljar_{files.version()}_{ARCHITECTURES[needs.machine]}.deb"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".deb-") as temporary:
        lay(described, Path(temporary))
        pack(Path(temporary), path)
    return path


def pack(tree: Path, path: Path) -> None:
    """Has `dpkg-deb` build the package of a folder."""
    begun = path.with_name(path.name + ".part")
    options = ["--root-owner-group", "--uniform-compression", "-Zgzip", "-z9"]
    run = subprocess.run(
        [tool(), *options, "--build", str(tree), str(begun)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(files.TIME)},
    )
    if run.returncode != 0:
        raise files.Failure(f"`dpkg-deb` failed:\n{run.stderr.strip()}")
    begun.replace(path)
