"""Reads pins.toml and fetches the files in it; each is checked by its hash whenever it is used."""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Failure(Exception):
    """An error that the user can act on."""


@dataclass(frozen=True)
class Pin:
    """A wheel with its hash."""

    name: str
    version: str
    file: str
    sha256: str
    reason: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    """What releases ask of SQLAlchemy, the oldest first: from which on, and what; empty where all ask for the same."""


@dataclass(frozen=True)
class Pins:
    """The tool, and the packages of each generation: common ones, SQLAlchemy, then schema libraries."""

    tool: Pin
    generations: dict[str, tuple[Pin, ...]]


def load(path: Path) -> Pins:
    """Read the pins."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := table.get("asks", {}).keys() - {row["name"] for row in table.get("library", ())}:
        msg = f"[asks] in {path.name} names no library: {', '.join(sorted(unknown))}"
        raise Failure(msg)
    common = [Pin(**pin) for pin in table["common"]]
    generations = {
        name: (*common, *(Pin(**pin) for pin in packages), *libraries(table, name))
        for name, packages in table["generation"].items()
    }
    return Pins(Pin(**table["tool"]), generations)


def libraries(table: dict[str, Any], generation: str) -> Iterator[Pin]:
    """Yield the schema libraries of a generation; one without a list of generations is in all of them."""
    for row in table.get("library", ()):
        fields = dict(row)
        if generation in fields.pop("generations", (generation,)):
            yield Pin(**fields, asks=tuple(table.get("asks", {}).get(fields["name"], {}).items()))


def ensure(pin: Pin, cache: Path, *, offline: bool) -> Path:
    """Return the pinned file, from the cache or through pip."""
    path = cache / pin.file
    if path.exists() and sha256(path) == pin.sha256:
        return path
    if offline:
        msg = f"`{pin.file}` is not in `{cache}`, and the network is off\nhint: build once without --offline"
        raise Failure(msg)
    cache.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    _download(pin, cache)
    if not path.exists() or sha256(path) != pin.sha256:
        path.unlink(missing_ok=True)
        msg = f"what was fetched for `{pin.name}` {pin.version} is not `{pin.file}` with the pinned hash"
        raise Failure(msg)
    return path


def sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(pin: Pin, cache: Path) -> None:
    """Fetch a wheel with pip, which also checks the hash, for any system and Python version."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}\n", encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(requirements)]
        command += ["--dest", str(cache), *_tags(pin.file)]
        if subprocess.run(command, check=False).returncode != 0:
            msg = f"pip could not fetch `{pin.name}` {pin.version}"
            raise Failure(msg)


def _tags(file: str) -> list[str]:
    """Translate a wheel's tags into pip's options."""
    python, abi, platforms = file.removesuffix(".whl").split("-")[-3:]
    options = [option for platform in platforms.split(".") for option in ("--platform", platform)]
    if abi != "none":
        options += [
            "--implementation",
            python[:2],
            "--python-version",
            f"{python[2]}.{python[3:]}",
            "--abi",
            abi,
        ]
    return options
