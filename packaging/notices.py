"""The licences of what the program carries: crates, packages of `python-wasm/pins.toml` and of the page, and CPython.

    python packaging/notices.py ARTEFACTS    prints them; ARTEFACTS is the folder with the pinned wheels

The same lock file and pins give the same text. A part without a text of its licence is named with its expression.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PINS = ROOT / "python-wasm" / "pins.toml"
OWN = HERE / "licences"
TARGET = "x86_64-unknown-linux-gnu"
# What is carried is the command; the crates of this workspace have the licence of the whole.
ROOT_CRATE = "belljar"
FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)([-_.].*)?", re.IGNORECASE)
LARGEST = 1 << 20
# The licence of a package that has its text and does not name it.
UNNAMED = "its own, below"


class NoticeError(Exception):
    """Why a licence can't be determined."""


@dataclass(frozen=True)
class Part:
    """Something that the program carries."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]

    def title(self) -> str:
        """What it is called in the list."""
        return f"{self.name} {self.version} ({self.licence})"


def metadata() -> dict[str, Any]:
    """What cargo resolves for the platform of the packages."""
    command = [
        "cargo",
        "metadata",
        "--locked",
        "--offline",
        "--format-version=1",
        f"--filter-platform={TARGET}",
    ]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if run.returncode != 0:
        raise NoticeError(f"cargo does not say what the program is made of:\n{run.stderr.strip()}")
    out: dict[str, Any] = json.loads(run.stdout)
    return out


def crates() -> list[Part]:
    """The crates that are linked into the program."""
    said = metadata()
    packages = {package["id"]: package for package in said["packages"]}
    return [crate(packages[key]) for key in reached(said) if packages[key]["source"] is not None]


def reached(metadata: dict[str, Any]) -> set[str]:
    """The packages that the command is linked with, by their ids; not what only builds or tests it."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    names = {package["id"]: package["name"] for package in metadata["packages"]}
    left = [key for key in metadata["workspace_members"] if names[key] == ROOT_CRATE]
    found: set[str] = set()
    while left:
        key = left.pop()
        if key in found:
            continue
        found.add(key)
        deps = nodes[key]["deps"]
        left += [dep["pkg"] for dep in deps if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    return found


def crate(package: dict[str, Any]) -> Part:
    """A crate with the texts that lie beside its manifest."""
    licence = package["license"] or ("its own" if package["license_file"] else None)
    if licence is None:
        raise NoticeError(f"the crate {package['name']} {package['version']} names no licence")
    folder = Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and FILE.fullmatch(path.name))
    texts = tuple(tidy(path.read_bytes()) for path in files if path.suffix not in {".rs", ".html"})
    return Part(package["name"], package["version"], licence, texts)


def wheels(artefacts: Path) -> list[Part]:
    """The Python packages of the snapshots, and what brings CPython."""
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
    entries = [pins["tool"], *pinned(pins)]
    unique = {entry["file"]: entry for entry in entries}
    return [package(artefacts / name, entry) for name, entry in sorted(unique.items())]


def pinned(value: Any) -> list[dict[str, Any]]:
    """All pins of wheels, wherever they stand."""
    if isinstance(value, dict):
        own = [value] if "file" in value and str(value["file"]).endswith(".whl") else []
        return own + [entry for item in value.values() for entry in pinned(item)]
    return [entry for item in value for entry in pinned(item)] if isinstance(value, list) else []


def package(path: Path, pin: dict[str, Any]) -> Part:
    """A wheel with the texts that it has."""
    try:
        with zipfile.ZipFile(path) as wheel:
            names = sorted(name for name in wheel.namelist() if ".dist-info/" in name)
            texts = tuple(tidy(wheel.read(name)) for name in names if FILE.fullmatch(name.rsplit("/", 1)[-1]))
            (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
            said = HeaderParser().parsestr(wheel.read(metadata).decode("utf-8", "replace"))
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise NoticeError(f"the pinned wheel {path.name} can't be read: {error}") from error
    classifiers = [text for text in said.get_all("Classifier", []) if text.startswith("License ::")]
    short = str(said["License"] or "").strip().removeprefix("UNKNOWN")
    named = str(said["License-Expression"] or "").strip() or (short if "\n" not in short else "")
    named = named or ", ".join(text.rsplit(" :: ", 1)[-1] for text in classifiers)
    if not named and not texts:
        raise NoticeError(f"the pinned wheel {path.name} names no licence")
    return Part(pin["name"], pin["version"], named or UNNAMED, texts)


def kept() -> list[Part]:
    """What is in none of these, with texts that are kept here: `NAME VERSION (LICENCE).txt`."""
    out = []
    for path in sorted(OWN.glob("*.txt")):
        found = re.fullmatch(r"(.+) (\S+) \((.+)\)", path.stem)
        if found is None:
            raise NoticeError(f"{path.name} is not called `NAME VERSION (LICENCE).txt`")
        out.append(Part(found[1], found[2], found[3], (tidy(path.read_bytes()),)))
    return out


def tidy(data: bytes) -> str:
    """A text with ends of lines as here."""
    text = data[:LARGEST].decode("utf-8", "replace").replace("\r\n", "\n")
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")) + "\n"


def written(parts: list[Part]) -> str:
    """The list of all parts, then each text once, with whose it is."""
    ordered = sorted(parts, key=lambda part: (part.name.lower(), part.version))
    owners: dict[str, list[str]] = {}
    for part in ordered:
        for text in part.texts:
            owners.setdefault(text, []).append(f"{part.name} {part.version}")
    out = ["The program belljar carries these parts. What the licence of each says is below.\n"]
    out += [part.title() + "\n" for part in ordered]
    for text, whose in sorted(owners.items(), key=lambda item: (item[1][0].lower(), item[0])):
        out += ["\n" + "=" * 80 + "\n", ", ".join(dict.fromkeys(whose)) + ":\n\n", text]
    return "".join(out)


def notices(artefacts: Path) -> str:
    """All licences."""
    return written([*crates(), *wheels(artefacts), *kept()])


def main() -> None:
    """Prints them."""
    if len(sys.argv) != 2:  # noqa: PLR2004 one argument
        sys.exit(__doc__)
    try:
        sys.stdout.write(notices(Path(sys.argv[1])))
    except NoticeError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
