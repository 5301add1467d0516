"""The commands of docs/installing.md, as a reader would type them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from installed import MODELS, PROGRAM, ROOT, carry_out, clean, uv

PAGE = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
BLOCKS: list[str] = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
# What can't be carried out here, with the reason: each is looked at otherwise.
ELSEWHERE = {
    "sudo apt install": "test_debian.py installs the package into a system of its own",
    "docker build": "test_container.py builds the image with buildah",
    "make build": "tests/it/docs.rs looks for the targets",
    "gh attestation": "it asks GitHub",
}


def block(beginning: str) -> str:
    """The block that begins so."""
    (found,) = (text for text in BLOCKS if text.startswith(beginning))
    return found


def typed(text: str, folder: Path, path: Path, **more: str) -> str:
    """What the commands of a block print, with programs of one folder before those of the system."""
    environment = clean(PATH=f"{path}:/usr/bin:/bin", HOME=str(folder), **more)
    return carry_out(
        "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text, cwd=folder, env=environment
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project, where the commands are typed."""
    (tmp_path / "models.py").write_text(MODELS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def beside(folder: Path, packages: Path) -> Path:
    """The same, with the packages in it."""
    for path in packages.iterdir():
        os.link(path, folder / path.name)
    return folder


def test_every_block_is_tried() -> None:
    names = re.findall(r'block\("([^"]+)"\)', Path(__file__).read_text(encoding="utf-8"))
    for text in BLOCKS:
        assert any(text.startswith(beginning) for beginning in (*ELSEWHERE, *names)), text
    assert len(BLOCKS) > 8


def test_with_uvx(folder: Path, packages: Path) -> None:
    where = {
        "UV_NO_INDEX": "1",
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(packages),
        "UV_PYTHON": sys.executable,
    }
    assert "orders" in typed(block("uvx belljar"), folder, Path(uv()).parent, **where)


def test_with_pip(beside: Path, packages: Path) -> None:
    environment = beside / "environment"
    carry_out(sys.executable, "-m", "venv", environment, cwd=beside)
    where = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(packages), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    assert "orders" in typed(block("pip install belljar"), beside, environment / "bin", **where)
    typed(block("pip install --no-index"), beside, environment / "bin", PIP_DISABLE_PIP_VERSION_CHECK="1")


def test_from_the_archive(beside: Path) -> None:
    said = typed(block("sha256sum"), beside, Path("/nonexistent"))
    assert said.count(": OK") == 4
    assert "orders" in said


def test_completions(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "belljar").symlink_to(PROGRAM)
    for name, path in {
        block("mkdir -p ~/.local/share/bash-completion"): ".local/share/bash-completion/completions/belljar",
        block("mkdir -p ~/.config/fish"): ".config/fish/completions/belljar.fish",
        block("mkdir -p ~/.zfunc"): ".zfunc/_belljar",
    }.items():
        typed(name, folder, folder / "bin")
        assert "wheelhouse" in (folder / path).read_text(encoding="utf-8")


def test_manual_pages(folder: Path) -> None:
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    (folder / "bin").mkdir()
    (folder / "bin" / "belljar").symlink_to(PROGRAM)
    assert "belljar check" in typed(
        block("belljar man-page"), folder, folder / "bin", MANWIDTH="80", PAGER="cat"
    )
    assert (folder / ".local/share/man/man1/belljar.1").is_file()


def test_what_is_typed_elsewhere_names_what_is_built(beside: Path) -> None:
    apt = block("sudo apt install").split()[-1]
    assert len(list(beside.glob(apt.removeprefix("./")))) == 1
    build = block("docker build").splitlines()[0].split()
    assert build[build.index("--file") + 1] == "packaging/Containerfile"
    assert (ROOT / "packaging" / "Containerfile").is_file()
    assert "--user" in block("docker build").splitlines()[1]
    wheel = re.search(r"verify (\S+)", block("gh attestation"))
    assert wheel is not None
    assert len(list(beside.glob(wheel[1]))) == 1
    assert block("make build").splitlines() == ["make build", "make dist", "make dist-test"]
