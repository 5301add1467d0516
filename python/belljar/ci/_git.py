"""The repository of a job. The files of a change are the work of a stranger, and so is every name in them.

Git is given the one repository that is meant (`GIT_DIR`), and never looks for one among the files. It runs no hook,
monitor or helper, and of configurations it reads only that of the checkout, which has its credentials.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Dict, List, Mapping, Optional

from belljar.ci._log import Failure

HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = re.compile(r"[A-Za-z0-9._/+@-]{1,250}")
_FLAGS = (
    "safe.bareRepository=explicit",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
_SETTINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ALLOW_PROTOCOL": "http:https:ssh",
    "LC_ALL": "C",
}
_TIMEOUT = 600
_DEEPER = "fetch the whole history (`fetch-depth: 0`, `GIT_DEPTH: 0`, `clone: depth: full`, `fetchDepth: 0`)"


class Repository:
    """The clone of a job."""

    def __init__(self, folder: str, environment: Mapping[str, str]) -> None:
        self.root = Path(os.path.realpath(folder))
        dot_git = self.root / ".git"
        # Git keeps no `.git` of a tree, so a directory of that name is from the checkout; a file or a link leads away.
        if dot_git.is_symlink() or not dot_git.is_dir():
            raise Failure(
                f"there is no directory .git in `{folder}`: name where the repository was checked out"
            )
        # A relative folder of the PATH would be one of the change.
        absolute = (
            part for part in environment.get("PATH", "").split(os.pathsep) if Path(part).is_absolute()
        )
        self._git = shutil.which("git", path=os.pathsep.join(absolute))
        self._environment = self._clean(environment)

    def _clean(self, environment: Mapping[str, str]) -> Dict[str, str]:
        kept = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
        paths = {"GIT_DIR": self.root / ".git", "GIT_WORK_TREE": "/", "GIT_CEILING_DIRECTORIES": self.root}
        return {**kept, **{name: str(path) for name, path in paths.items()}, **_SETTINGS}

    def run(self, *arguments: str) -> Optional[str]:
        """What a git command prints, or nothing if it fails or there is no git."""
        if self._git is None:
            return None
        flags: List[str] = [part for flag in _FLAGS for part in ("-c", flag)]
        try:
            run = subprocess.run(  # noqa: S603 no shell
                [self._git, *flags, *arguments],
                cwd="/",
                env=self._environment,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_TIMEOUT,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return run.stdout.decode("utf-8", "replace").strip() if run.returncode == 0 else None

    def commit(self, name: str) -> Optional[str]:
        """The hash of a commit of the clone."""
        if self._git is None:
            # Belljar reads the repository itself; git is only needed to resolve and to fetch.
            return name if HASH.fullmatch(name) or name == "HEAD" else None
        found = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return found if found and HASH.fullmatch(found) else None

    def head(self) -> str:
        """What is checked out."""
        return self.commit("HEAD") or _missing("the checkout has no commit")

    def parents(self, commit: str) -> List[str]:
        """The parents that a commit names, also where a shallow clone does not have them."""
        text = self.run("cat-file", "commit", commit) if HASH.fullmatch(commit) else None
        header = (text or "").split("\n\n", 1)[0].splitlines()
        found = [line[len("parent ") :] for line in header if line.startswith("parent ")]
        return [parent for parent in found if HASH.fullmatch(parent)]

    def fetched(self, commit: str) -> Optional[str]:
        """The commit of a hash; it is fetched if the clone lacks it.

        Only a hash can be asked for: all else could be an option, or would move a branch.
        """
        here = self.commit(commit)
        if here is None and HASH.fullmatch(commit):
            quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
            self.run("fetch", *quiet, "--depth=1", "--", "origin", commit)
            here = self.commit(commit)
        return here

    def need(self, name: str, role: str) -> str:
        """The commit of a revision, or the end of the check."""
        found = self.fetched(name)
        if found is None and HASH.fullmatch(name):
            raise Failure(f"the {role} `{name}` is not in the clone and could not be fetched; {_DEEPER}")
        return found or _missing(f"the {role} `{name}` is not a commit of this clone; {_DEEPER}")

    def merge_base(self, one: str, other: str) -> str:
        """The commit from which two others went apart. A shallow clone gets its history first."""
        found = self.run("merge-base", one, other)
        if found is None and (self.root / ".git" / "shallow").exists():
            self.run("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--unshallow", "origin")
            found = self.run("merge-base", one, other)
        return found or _missing(
            f"the clone does not have the merge base of `{one}` and `{other}`; {_DEEPER}"
        )

    def branch(self, name: str) -> str:
        """The last commit of a branch of the server."""
        if not _BRANCH.fullmatch(name) or ".." in name or name.startswith("-"):
            raise Failure(f"`{name}` is no name of a branch that can be looked up; name the base")
        here = self.commit(f"refs/remotes/origin/{name}")
        if here is None:
            listed = (self.run("ls-remote", "--quiet", "--", "origin", f"refs/heads/{name}") or "").split()
            here = self.fetched(listed[0]) if listed and HASH.fullmatch(listed[0]) else None
        return here or _missing(f"the branch `{name}` could not be fetched; {_DEEPER}")

    def tracks(self, path: str) -> bool:
        """Whether a file, by its path from here, is a part of what is checked out."""
        meant = Path(os.path.abspath(path))  # noqa: PTH100 no link is followed
        if self.root not in meant.parents:
            return False
        if os.path.realpath(meant) != str(meant):
            raise Failure(f"the path `{path}` leads through a link")
        return self.run("cat-file", "-e", f"HEAD:{meant.relative_to(self.root).as_posix()}") is not None

    def folder(self, path: str) -> str:
        """A directory of the checkout. A link that a change lays in its place would have another one checked."""
        meant = os.path.normpath(self.root / path)
        real = os.path.realpath(meant)
        if not Path(real).is_dir():
            raise Failure(f"the path `{path}` leads to no directory")
        if Path(meant) != self.root and self.root not in Path(meant).parents:
            raise Failure(f"the path `{path}` leads out of the repository")
        if real != meant:
            raise Failure(f"the path `{path}` leads through a link")
        return real


def _missing(message: str) -> str:
    raise Failure(message)
