"""The archive: what is in it, and that it runs from any folder with nothing else."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import elf
import files
import pytest
from installed import EXTRACT, MODELS, PROGRAM, carry_out, extracts_a_real_project, real_project


@pytest.fixture
def built(packages: Path) -> Path:
    """The archive."""
    (path,) = packages.glob("*.tar.gz")
    return path


def test_what_is_in_it(built: Path) -> None:
    top = built.name.removesuffix(".tar.gz")
    assert top == f"belljar-{files.version()}-{elf.needs(PROGRAM).machine}-unknown-linux-gnu"
    with tarfile.open(built) as archive:
        entries = {entry.name: entry for entry in archive}
        assert {entry.name.split("/")[0] for entry in entries.values()} == {top}
        for entry in entries.values():
            assert (entry.uid, entry.gid, entry.uname, entry.mtime) == (0, 0, "root", files.TIME)
            is_run = entry.isdir() or entry.name == f"{top}/belljar"
            assert entry.isdir() or entry.isfile()
            assert entry.mode == (0o755 if is_run else 0o644)
        inside = {name.removeprefix(f"{top}/") for name, entry in entries.items() if entry.isfile()}
        program = archive.extractfile(f"{top}/belljar")
        assert program is not None
        assert program.read() == PROGRAM.read_bytes()
    assert inside >= {
        "LICENSE",
        "THIRD-PARTY.txt",
        "CHANGELOG.md",
        "man/man1/belljar.1",
        "man/man1/belljar-check.1",
    }
    assert {name for name in inside if name.startswith("completions/")} == {
        f"completions/{name}" for name in files.SHELLS.values()
    }


def test_every_command_has_a_page(built: Path) -> None:
    said = carry_out(PROGRAM, "--help", cwd=built.parent)
    listed = said.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    commands = {line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "} - {"help"}
    with tarfile.open(built) as archive:
        pages = {Path(name).stem for name in archive.getnames() if "/man1/" in name}
    assert len(commands) > 10
    assert pages == {"belljar", *(f"belljar-{command}" for command in commands)}


def test_unpacked_and_run_with_nothing_else(built: Path, tmp_path: Path) -> None:
    carry_out("tar", "-xzf", built, cwd=tmp_path)
    folder = tmp_path / built.name.removesuffix(".tar.gz")
    empty = tmp_path / "empty"
    (empty / "shop").mkdir(parents=True)
    (empty / "shop" / "models.py").write_text(MODELS, encoding="utf-8")
    environment = {"PATH": "", "HOME": str(empty)}
    program = folder / "belljar"
    assert carry_out(program, "--version", cwd=empty, env=environment) == f"belljar {files.version()}\n"
    assert "orders" in carry_out(program, *EXTRACT, "shop", cwd=empty, env=environment)
    extracts_a_real_project(program, path=real_project(), cwd=empty, env=environment)
    # It isolates itself as any other build, where the kernel has what that takes.
    said = carry_out(program, *EXTRACT, "--isolate=auto", "shop", cwd=empty, env=environment)
    assert "orders" in said


@pytest.mark.parametrize(("shell", "check"), [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
def test_a_shell_reads_its_completions(built: Path, tmp_path: Path, shell: str, check: list[str]) -> None:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    carry_out("tar", "-xzf", built, cwd=tmp_path)
    (path,) = tmp_path.glob(f"*/completions/{files.SHELLS[shell]}")
    run = subprocess.run([found, *check, path], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
