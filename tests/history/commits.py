"""The commits of a repository that change models and add Alembic version files."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What stands in a line that declares something of a schema.
_MODEL = re.compile(
    r"__tablename__|__table_args__|__table__|\bColumn\(|\bmapped_column\(|\bMapped\[|\bTable\(|\bForeignKey"
    r"|\bIndex\(|UniqueConstraint\(|CheckConstraint\(|\bEnum\b|\bField\(|\brelationship\("
)
_VERSION = re.compile(r"^down_revision\b", re.MULTILINE)
_NO_MODEL = re.compile(r"(^|/)(tests?|docs?)/|(^|/)(test_[^/]*|conftest)\.py$")


@dataclass
class Commit:
    """One commit, with the text of what matters of it."""

    sha: str
    parent: str
    date: str
    subject: str
    # Version files that it adds: path, text.
    versions: dict[str, str] = field(default_factory=dict)
    # Lines that it adds to or takes from files that may declare models.
    lines: list[str] = field(default_factory=list)


def git(repo: Path, *arguments: str) -> str:
    """What git says of the repository; nothing of the repository's settings is run."""
    command = ["git", "-C", str(repo), "-c", "core.fsmonitor=false", "--no-pager", *arguments]
    done = subprocess.run(command, check=True, capture_output=True)
    return done.stdout.decode(errors="replace")


def _added(repo: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Each commit that adds a Python file: its header and the paths that it adds."""
    text = git(
        repo, "log", "--no-merges", "--diff-filter=A", "--name-only", "--find-renames",
        "--format=%x01%H%x02%P%x02%cs%x02%s", "HEAD", "--", "*.py",
    )  # fmt: skip
    for block in text.split("\x01")[1:]:
        header, *paths = block.splitlines()
        yield header.split("\x02"), [path for path in paths if path]


def commits(repo: Path, limit: int) -> Iterator[Commit]:
    """The newest of them, `limit` at most."""
    found = 0
    for (sha, parents, date, subject), paths in _added(repo):
        likely = [path for path in paths if re.search(r"version|migration|alembic|revision", path)]
        if not likely or not parents:
            continue
        commit = Commit(sha, parents.split()[0], date, subject)
        for path in likely:
            text = git(repo, "show", f"{sha}:{path}")
            if _VERSION.search(text) and "def upgrade" in text:
                commit.versions[path] = text
        if not commit.versions:
            continue
        commit.lines = _lines(repo, commit)
        if not any(_MODEL.search(line) for line in commit.lines):
            continue
        yield commit
        found += 1
        if found == limit:
            return


def _lines(repo: Path, commit: Commit) -> list[str]:
    """What the commit adds to and takes from files that are neither versions nor tests."""
    text = git(
        repo, "diff", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=0",
        commit.parent, commit.sha, "--", "*.py",
    )  # fmt: skip
    lines = []
    for part in re.split(r"^diff --git ", text, flags=re.MULTILINE)[1:]:
        path = part.splitlines()[0].split(" b/")[-1]
        if path in commit.versions or _NO_MODEL.search(path) or re.search(r"versions?/[0-9a-f_]", path):
            continue
        body = part.partition("\n@@")[2].splitlines()
        lines += [line for line in body if line[:1] in ("+", "-")]
    return lines


def other_versions(repo: Path) -> dict[str, str]:
    """Every version file that a commit ever added or changed, in its latest text: path, text."""
    found: dict[str, str] = {}
    text = git(
        repo,
        "log",
        "--format=%x01%H",
        "--diff-filter=AM",
        "--name-only",
        "--no-renames",
        "HEAD",
        "--",
        "*.py",
    )
    for block in text.split("\x01")[1:]:
        sha, *paths = block.splitlines()
        for path in paths:
            if path and path not in found and re.search(r"version|migration|alembic|revision", path):
                found[path] = sha
    return _texts(repo, found)


def _texts(repo: Path, shas: dict[str, str]) -> dict[str, str]:
    """The text of each path at its commit, those that are version files."""
    asked = "".join(f"{sha}:{path}\n" for path, sha in shas.items()).encode()
    command = ["git", "-C", str(repo), "cat-file", "--batch"]
    out = subprocess.run(command, input=asked, check=True, capture_output=True).stdout
    texts, at = {}, 0
    for path in shas:
        end = out.index(b"\n", at)
        header = out[at:end].split(b" ")
        if header[-1] == b"missing":
            at = end + 1
            continue
        size = int(header[-1])
        text = out[end + 1 : end + 1 + size].decode(errors="replace")
        at = end + 1 + size + 1
        if _VERSION.search(text) and "def upgrade" in text:
            texts[path] = text
    return texts
