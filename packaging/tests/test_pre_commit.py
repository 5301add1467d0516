"""The pre-commit hook, installed by pre-commit itself from a repository and from the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ci_support as ci
import files
import hook_repository
import pytest
import yaml

PAGE = ci.ROOT / "docs" / "ci.md"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """A folder in place of an index: the wheel, and what pip builds the hook's repository with."""
    folder = tmp_path_factory.mktemp("wheels")
    pip = (sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
    requirements = Path(__file__).resolve().parent / "requirements-build.txt"
    subprocess.run([*pip, f"--dest={folder}", "--requirement", requirements], check=True)
    shutil.copy(built, folder)
    return folder


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of the hook, as a release writes and tags it."""
    folder = tmp_path_factory.mktemp("hook") / "belljar-pre-commit"
    names = {path.name for path in hook_repository.write(folder)}
    assert names == {".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE"}
    assert not [path for path in folder.iterdir() if "@VERSION@" in path.read_text(encoding="utf-8")]
    ci.git(folder, "init", "--quiet", ".")
    ci.commit(folder, "release", {})
    ci.git(folder, "tag", f"v{files.version()}")
    return folder


def configurations() -> list[Any]:
    """The configurations of pre-commit on the page: from the hook's repository, and without one."""
    blocks = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1:]
    found = [
        yaml.safe_load(block.split("```")[0])
        for block in blocks
        if block.startswith("# .pre-commit-config.yaml")
    ]
    assert [list(one) for one in found] == [["repos"], ["repos"]]
    return found


class Project:
    """A repository in which somebody commits."""

    def __init__(self, folder: Path, wheels: Path, configuration: Any) -> None:
        self.folder = folder
        folder.mkdir()
        ci.git(folder, "init", "--quiet", "--initial-branch=main", ".")
        text = yaml.safe_dump(configuration)
        ci.commit(
            folder,
            "before",
            {"models.py": ci.BEFORE, "belljar.toml": ci.CONFIG, ".pre-commit-config.yaml": text},
        )
        programs = ci.programs(folder.parent / "bin")
        self.environment = ci.environment(
            programs,
            PIP_FIND_LINKS=str(wheels),
            PRE_COMMIT_HOME=str(folder.parent / "home"),
            HOME=str(folder.parent),
        )
        self.run("install")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs pre-commit."""
        command = [sys.executable, "-m", "pre_commit", *arguments, "--color=never"]
        return subprocess.run(
            command if arguments[0] == "run" else command[:-1],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def commit(self, message: str) -> subprocess.CompletedProcess[str]:
        """Commits what is staged, with the hook."""
        someone = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        return subprocess.run(
            ["git", *someone, "commit", f"--message={message}"],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )


@pytest.mark.parametrize("at", [0, 1])
def test_the_hook(tmp_path: Path, wheels: Path, hook: Path, at: int) -> None:
    configuration = configurations()[at]
    (repository,) = configuration["repos"]
    if at == 0:
        assert repository["repo"].endswith("/belljar-pre-commit")
        assert repository["rev"] == f"v{files.version()}"
        repository["repo"] = str(hook)
    project = Project(tmp_path / "shop", wheels, configuration)
    # What is staged counts, and not what else is in the work tree.
    ci.write(project.folder, {"notes.py": "x = 1\n"})
    ci.git(project.folder, "add", "notes.py")
    (project.folder / "models.py").write_text(ci.AFTER, encoding="utf-8")
    done = project.commit("notes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout + done.stderr
    ci.git(project.folder, "add", "models.py")
    done = project.commit("drops a table")
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "error[BJ101 drop-table]: table `coupons` is dropped" in said
    # The program is the wheel's, in an environment of pre-commit's own.
    (program,) = (tmp_path / "home").glob("*/py_env-*/bin/belljar")
    assert os.access(program, os.X_OK)
    # Other files do not start it.
    ci.git(project.folder, "reset", "--quiet", "--hard")
    ci.write(project.folder, {"README.md": "x\n"})
    ci.git(project.folder, "add", "README.md")
    done = project.commit("words")
    assert "no files to check" in (done.stdout + done.stderr), done
