"""All packages together: the same bytes for the same files, checksums, and the bill of materials."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import dist
import files
import inventory
import notices
import pytest
import sbom
import wheel
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from installed import PROGRAM, ROOT

# What `make dist` has built; without it, the packages are built twice here.
BUILT = os.environ.get("BELLJAR_DIST")


def contents(folder: Path) -> dict[str, str]:
    """The digests of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_files_give_the_same_bytes(packages: Path, tmp_path: Path) -> None:
    first = Path(BUILT) if BUILT else tmp_path
    if BUILT is None:
        dist.build(PROGRAM, first)
    assert contents(packages) == contents(first), (
        "unless a source has changed since `make dist`, which is to be run again"
    )


def test_what_is_built(packages: Path) -> None:
    version = files.version()
    names = sorted(path.name for path in packages.iterdir())
    assert [name for name in names if not name.endswith(".whl")] == [
        "SHA256SUMS",
        f"belljar-{version}-x86_64-unknown-linux-gnu.tar.gz",
        f"belljar-{version}.cdx.json",
        f"belljar_{version}_amd64.deb",
    ]
    assert len(names) == 5


def test_checksums(packages: Path) -> None:
    run = subprocess.run(
        ["sha256sum", "--check", "--strict", dist.SUMS],
        cwd=packages,
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.count(": OK") == len(list(packages.iterdir())) - 1


def test_packages_of_another_version_are_removed(tmp_path: Path) -> None:
    old = (
        "belljar-0.0.1-py3-none-any.whl",
        "belljar_0.0.1_amd64.deb",
        "belljar-0.0.1.cdx.json",
        "SHA256SUMS",
    )
    kept = ("notes.txt", "other-1.0.tar.gz")
    for name in (*old, *kept):
        (tmp_path / name).touch()
    dist.clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_nothing_is_removed_for_a_program_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / dist.SUMS).touch()
    monkeypatch.setattr(inventory, "taken", lambda **_: inventory.Inventory())
    monkeypatch.setattr(notices, "notices", lambda _: "")
    with pytest.raises(files.Failure, match="needs glibc"):
        dist.build(PROGRAM, tmp_path, "manylinux_2_5_x86_64")
    assert (tmp_path / dist.SUMS).is_file()


def test_without_the_pinned_wheels_there_are_no_packages(tmp_path: Path) -> None:
    with pytest.raises(notices.NoticeError, match="can't be read"):
        dist.build(PROGRAM, tmp_path, artefacts=tmp_path)


@pytest.fixture
def bill(packages: Path) -> dict[str, Any]:
    """The bill of materials."""
    (path,) = packages.glob("*.cdx.json")
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


def test_the_bill_is_valid(packages: Path, bill: dict[str, Any]) -> None:
    (path,) = packages.glob("*.cdx.json")
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(path.read_text(encoding="utf-8")) is None
    # The validator finds what is wrong.
    wrong = {**bill, "components": [{**bill["components"][0], "type": "nothing"}]}
    assert validator.validate_str(json.dumps(wrong)) is not None


def test_the_bill_names_every_part(bill: dict[str, Any]) -> None:
    by_ref = {item["bom-ref"]: item for item in bill["components"]}
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    known = {f"crate:{entry['name']}@{entry['version']}": entry.get("checksum") for entry in locked}
    crates = {ref for ref in by_ref if ref.startswith("crate:")}
    assert crates <= set(known)
    assert {ref.split("@")[0] for ref in crates} > {"crate:wasmtime", "crate:clap", "crate:zstd-sys"}
    assert not {"crate:jsonschema", "crate:insta", "crate:belljar-schema"} & {
        ref.split("@")[0] for ref in crates
    }
    for ref in crates:
        assert by_ref[ref]["hashes"] == [{"alg": "SHA-256", "content": known[ref]}]
    pinned = {
        pin["sha256"] for pin in notices.pinned(tomllib.loads(notices.PINS.read_text(encoding="utf-8")))
    }
    wheels = {item["hashes"][0]["content"] for ref, item in by_ref.items() if ref.startswith("python:")}
    assert wheels == pinned | {tomllib.loads(notices.PINS.read_text(encoding="utf-8"))["tool"]["sha256"]}
    assert {item["name"] for item in bill["components"]} >= {"cpython", "rust-std", "SQLAlchemy", "alembic"}
    # Crates name their licences in SPDX; some wheels have only its text.
    assert all("licenses" in item for item in bill["components"] if item["type"] != "file")


def test_every_part_is_reached(bill: dict[str, Any]) -> None:
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in bill["dependencies"]}
    left, seen = [bill["metadata"]["component"]["bom-ref"]], set()
    while left:
        ref = left.pop()
        if ref not in seen:
            seen.add(ref)
            left += needs[ref]
    assert seen - {inventory.ROOT_KEY} == {item["bom-ref"] for item in bill["components"]}


def test_another_part_is_another_bill() -> None:
    def made(version: str) -> dict[str, Any]:
        parts = inventory.Inventory()
        parts.add(inventory.Item(f"crate:a@{version}", "crate", "a", version), inventory.ROOT_KEY)
        return sbom.document(parts)

    first = made("1.0.0")
    assert first == made("1.0.0")
    assert "timestamp" not in first["metadata"]
    assert first["serialNumber"] != made("1.0.1")["serialNumber"]
    assert first["components"][0]["purl"] == "pkg:cargo/a@1.0.0"


def test_without_snapshots_there_is_no_bill(tmp_path: Path) -> None:
    with pytest.raises(files.Failure, match="there is no snapshot"):
        inventory.taken(tmp_path)


def test_a_package_is_left_out_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(wheel, "write", lambda _, path: path.write_bytes(b""))
    monkeypatch.setattr(files, "compress", lambda _: b"")
    monkeypatch.setattr(inventory, "taken", lambda **_: inventory.Inventory())
    monkeypatch.setattr(notices, "notices", lambda _: "")
    (tmp_path / dist.SUMS).touch()
    with pytest.raises(files.Failure, match="`WITHOUT=deb` builds the other"):
        dist.build(PROGRAM, tmp_path)
    assert (tmp_path / dist.SUMS).is_file()
    paths = dist.build(PROGRAM, tmp_path, without=frozenset({"deb"}))
    assert [path.suffix for path in paths] == [".whl", ".gz", ".json", ""]
