"""The wheel: the program, the Python package, and the bill of materials where PEP 770 expects it.

The same files give the same bytes: members are sorted, and have one time and fixed modes. The tag is the oldest that
the program's symbols allow.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import elf
from files import ROOT, Failure, settings, version

PACKAGE = ROOT / "python" / "belljar"
PLUGIN = ROOT / "python" / "pytest_belljar.py"
# The oldest time that a zip file can have.
TIME = (1980, 1, 1, 0, 0, 0)
FILE, PROGRAM = 0o100644, 0o100755


def check_versions(program: Path, declared: str) -> None:
    """The program, the package and the workspace are of one version."""
    said = (PACKAGE / "_version.py").read_text(encoding="utf-8")
    if f'__version__ = "{declared}"' not in said:
        raise Failure(
            f"python/belljar/_version.py does not say {declared}, which is the version in Cargo.toml"
        )
    run = subprocess.run(
        [program.resolve(), "--version"], check=False, capture_output=True, text=True, timeout=60
    )
    if run.returncode != 0 or run.stdout.strip() != f"belljar {declared}":
        raise Failure(f"`{program} --version` says {run.stdout.strip()!r}, and Cargo.toml {declared}")


def check_tag(program: Path, wanted: str | None) -> str:
    """The tag, where it is true of the program."""
    needs = elf.needs(program)
    if needs.foreign():
        raise Failure(f"{program} needs {', '.join(needs.foreign())}, which manylinux does not have")
    if wanted is None:
        return needs.tag()
    found = re.fullmatch(r"manylinux_(\d+)_(\d+)_(\w+)", wanted)
    if found is None:
        raise Failure(f"`{wanted}` is no tag such as manylinux_2_28_x86_64")
    if found[3] != needs.machine:
        raise Failure(f"{program} is for {needs.machine}, and the tag for {found[3]}")
    if needs.glibc is not None and needs.glibc > (int(found[1]), int(found[2])):
        newest = ".".join(map(str, needs.glibc))
        raise Failure(f"{program} needs glibc {newest}, so `{wanted}` does not fit; {needs.tag()} does")
    return wanted


def core_metadata(project: dict[str, Any], declared: str) -> str:
    """The file METADATA."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {declared}",
        f"Summary: {project['summary']}",
        f"Keywords: {','.join(project['keywords'])}",
        "License-Expression: Apache-2.0",
        "License-File: LICENSE",
        "License-File: THIRD-PARTY.txt",
        f"Requires-Python: {project['requires-python']}",
        *(f"Classifier: {classifier}" for classifier in project["classifiers"]),
        "Description-Content-Type: text/markdown",
    ]
    description = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    return "\n".join(lines) + "\n\n" + description


def tags(tag: str) -> list[str]:
    """A platform tag with its older name, which installers from before PEP 600 know."""
    return [tag, tag.replace("_2_17_", "2014_")] if "_2_17_" in tag else [tag]


def members(
    program: Path, tag: str, declared: str, third_party: str, sbom: bytes
) -> dict[str, tuple[bytes, int]]:
    """The files of the wheel but for RECORD, with their modes."""
    said = settings()
    info = f"belljar-{declared}.dist-info"
    out = {f"belljar-{declared}.data/scripts/belljar": (program.read_bytes(), PROGRAM)}
    for path in PACKAGE.rglob("*"):
        if path.is_file() and (path.suffix == ".py" or path.name == "py.typed"):
            out[f"belljar/{path.relative_to(PACKAGE).as_posix()}"] = (path.read_bytes(), FILE)
    out[PLUGIN.name] = (PLUGIN.read_bytes(), FILE)
    groups = said["entry-points"].items()
    points = "\n".join(
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in sorted(entries.items())), ""])
        for group, entries in sorted(groups)
    )
    texts = {
        "METADATA": core_metadata(said["project"], declared),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: belljar\nRoot-Is-Purelib: false\n"
        + "".join(f"Tag: py3-none-{each}\n" for each in tags(tag)),
        "entry_points.txt": points,
        "licenses/LICENSE": (ROOT / "LICENSE").read_text(encoding="utf-8"),
        "licenses/THIRD-PARTY.txt": third_party,
    }
    for name, text in texts.items():
        out[f"{info}/{name}"] = (text.encode(), FILE)
    out[f"{info}/sboms/belljar.cdx.json"] = (sbom, FILE)
    return out


def record(files: dict[str, tuple[bytes, int]], name: str) -> bytes:
    """The file RECORD."""
    lines = []
    for path, (data, _) in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{name},,\n"]).encode()


def write(files: dict[str, tuple[bytes, int]], path: Path) -> None:
    """Writes the wheel: the metadata last, as PEP 427 wants it."""
    order = sorted(files, key=lambda name: (".dist-info/" in name, name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name in order:
            data, mode = files[name]
            info = zipfile.ZipInfo(name, TIME)
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(info, data)


def build(program: Path, folder: Path, third_party: str, sbom: bytes, wanted: str | None = None) -> Path:
    """Writes the wheel into a folder, and gives its path."""
    declared = version()
    tag = check_tag(program, wanted)
    check_versions(program, declared)
    inside = members(program, tag, declared, third_party, sbom)
    name = f"belljar-{declared}.dist-info/RECORD"
    inside[name] = (record(inside, name), FILE)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"belljar-{declared}-py3-none-{'.'.join(tags(tag))}.whl"
    begun = path.with_name(path.name + ".part")
    write(inside, begun)
    most = settings()["project"]["largest"]
    size = begun.stat().st_size
    if size > most:
        begun.unlink()
        raise Failure(f"the wheel would have {size} bytes, and PyPI takes {most}")
    begun.replace(path)
    return path
