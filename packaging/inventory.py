"""What the program is made of: crates, the interpreters with their Python packages, and what each of them depends on.

Everything is taken from what the build was made with: `Cargo.lock` through `cargo metadata`, and the manifests that
python-wasm/build.py writes beside the snapshots.
"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import files
import notices

SNAPSHOTS = files.ROOT / "build" / "snapshots"
PAGE_LOCK = files.ROOT / "page" / "package-lock.json"
RELEASE = re.compile(rb"\b(3\.\d+\.\d+(?:[ab]\d+|rc\d+)?)\+? \([^)\n]{1,60}\) \[Clang ")
ROOT_KEY = "belljar"


@dataclass(frozen=True)
class Item:
    """A part of the program."""

    key: str
    kind: str  # crate, npm, python, snapshot, interpreter, tool, std
    name: str
    version: str
    licence: str | None = None
    sha256: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass
class Inventory:
    """All parts, and the keys of those that each needs."""

    items: dict[str, Item] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=lambda: {ROOT_KEY: set()})

    def add(self, item: Item, *users: str) -> None:
        """Adds a part that others use."""
        self.items[item.key] = item
        self.needs.setdefault(item.key, set())
        for user in users:
            self.needs.setdefault(user, set()).add(item.key)


def crate_key(package: dict[str, Any]) -> str:
    """The key of a crate."""
    return f"crate:{package['name']}@{package['version']}"


def add_crates(inventory: Inventory) -> None:
    """The crates that are linked; those of the workspace are the program itself."""
    metadata = notices.metadata()
    packages = {package["id"]: package for package in metadata["packages"]}
    linked = notices.reached(metadata)
    locked = tomllib.loads((files.ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    sums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in locked}
    for key in linked:
        package = packages[key]
        if package["source"] is not None:
            sha256 = sums.get((package["name"], package["version"]))
            inventory.add(
                Item(
                    crate_key(package),
                    "crate",
                    package["name"],
                    package["version"],
                    package["license"],
                    sha256,
                )
            )
    for node in metadata["resolve"]["nodes"]:
        if node["id"] not in linked:
            continue
        user = ROOT_KEY if packages[node["id"]]["source"] is None else crate_key(packages[node["id"]])
        for dep in node["deps"]:
            if dep["pkg"] in linked and packages[dep["pkg"]]["source"] is not None:
                inventory.needs[user].add(crate_key(packages[dep["pkg"]]))


def add_page(inventory: Inventory, lock: Path = PAGE_LOCK) -> None:
    """The packages in the page of `belljar report`; those that only build or test it are not in it."""
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    keys = {
        path.removeprefix("node_modules/"): f"npm:{path.removeprefix('node_modules/')}@{entry['version']}"
        for path, entry in packages.items()
        if path and not entry.get("dev")
    }
    for name, key in keys.items():
        entry = packages[f"node_modules/{name}"]
        facts = (("belljar:integrity", entry["integrity"]),)
        inventory.add(Item(key, "npm", name, entry["version"], entry["license"], None, facts))
    for path in ("", *(f"node_modules/{name}" for name in keys)):
        user = keys[path.removeprefix("node_modules/")] if path else ROOT_KEY
        for need in packages[path].get("dependencies", {}):
            inventory.needs[user].add(keys[need])


def add_std(inventory: Inventory) -> None:
    """Rust's own library."""
    run = subprocess.run(
        ["rustc", "--version", "--verbose"], cwd=files.ROOT, check=False, capture_output=True, text=True
    )
    found = re.search(r"^release: (\S+)$", run.stdout, re.MULTILINE)
    if found is None:
        raise files.Failure(f"`rustc --version` does not name a release:\n{run.stderr.strip()}")
    item = Item(f"std:{found[1]}", "std", "rust-std", found[1], "MIT OR Apache-2.0")
    inventory.add(item, ROOT_KEY)


def add_snapshots(inventory: Inventory, folder: Path, artefacts: Path) -> None:
    """The interpreters, each with the packages that are in it."""
    manifests = sorted(folder.glob("*.manifest.json"))
    if not manifests:
        raise files.Failure(f"there is no snapshot in {folder}; run `make build`")
    for path in manifests:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        generation = manifest["generation"]
        snapshot = f"snapshot:{generation}"
        inventory.add(
            Item(
                snapshot,
                "snapshot",
                f"belljar-snapshot-{generation}",
                manifest["sha256"][:16],
                None,
                manifest["sha256"],
                (("belljar:sqlalchemy-generation", generation),),
            ),
            ROOT_KEY,
        )
        release = interpreter(folder / f"{generation}.wasm")
        inventory.add(Item(f"cpython:{release}", "interpreter", "cpython", release, "PSF-2.0"), snapshot)
        for pin in [manifest["tool"], *manifest["packages"]]:
            part = notices.package(artefacts / pin["file"], pin)
            kind = "tool" if pin is manifest["tool"] else "python"
            item = Item(
                f"python:{pin['name']}@{pin['version']}:{pin['sha256'][:8]}",
                kind,
                pin["name"],
                pin["version"],
                part.licence,
                pin["sha256"],
                (("belljar:file", pin["file"]),),
            )
            inventory.add(item, snapshot)


def interpreter(wasm: Path) -> str:
    """The release of CPython that a snapshot has."""
    found = RELEASE.search(wasm.read_bytes())
    if found is None:
        raise files.Failure(f"{wasm} names no release of CPython")
    return found[1].decode()


def taken(snapshots: Path = SNAPSHOTS, artefacts: Path = files.ARTEFACTS) -> Inventory:
    """All parts of the program."""
    inventory = Inventory()
    add_crates(inventory)
    add_page(inventory)
    add_std(inventory)
    add_snapshots(inventory, snapshots, artefacts)
    return inventory
