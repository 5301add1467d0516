"""Brings the checkouts of `projects.toml` into a folder, each at its commit.

    fetch_projects.py FOLDER [--from MIRRORS]

They come from GitHub with git. MIRRORS is a folder that has them already, as `owner+name`: checkouts, bare
repositories, or folders with one of them as `repo`. Only files that the comparison reads are written.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

READ = (".sql", ".yml", ".yaml", ".csv")


def repository(name: str, commit: str, into: Path, mirrors: Path | None) -> Path:
    """A git directory that has the commit; what is behind an `@` tells two commits of one repository apart."""
    plain = name.partition("@")[0]
    if mirrors is None:
        url = f"https://github.com/{plain.replace('+', '/')}.git"
        git = into / ".git"
        subprocess.run(["git", "init", "--quiet", str(into)], check=True)
        subprocess.run(["git", f"--git-dir={git}", "fetch", "--quiet", "--depth=1", url, commit], check=True)
        return git
    for folder in (mirrors / plain, mirrors / plain / "repo"):
        for git in (folder / ".git", folder):
            if (git / "HEAD").is_file():
                return git
    raise SystemExit(f"error: no copy of `{plain}` in `{mirrors}`\nhint: leave `--from` out to ask GitHub")


def files(git: Path, commit: str) -> list[tuple[str, str]]:
    """Object and path of every file of a commit that is read."""
    command = ["git", f"--git-dir={git}", "ls-tree", "-r", "-z", commit]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    found = []
    for line in filter(None, listed.split("\0")):
        about, path = line.split("\t", 1)
        mode, _, digest = about.split(" ")
        if path.endswith(READ) and mode.startswith("100"):
            found.append((digest, path))
    return found


def write(git: Path, commit: str, into: Path) -> tuple[int, int]:
    """Writes the files of a commit; how many there are, and how many a mirror lacks."""
    listed = files(git, commit)
    asked = "".join(f"{digest}\n" for digest, _ in listed).encode()
    command = ["git", f"--git-dir={git}", "cat-file", "--batch"]
    given = subprocess.run(command, check=True, capture_output=True, input=asked).stdout
    at = lacking = 0
    for _, path in listed:
        end = given.index(b"\n", at)
        about = given[at:end].split(b" ")
        at = end + 1
        if about[-1] == b"missing":
            lacking += 1
            continue
        size = int(about[2])
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(given[at : at + size])
        at += size + 1
    return len(listed), lacking


def fetch(name: str, commit: str, folder: Path, mirrors: Path | None) -> None:
    """One checkout, unless it is there already."""
    into = folder / name
    done = into / ".belljar-commit"
    if done.is_file() and done.read_text(encoding="utf-8") == commit:
        return
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    count, lacking = write(repository(name, commit, into, mirrors), commit, into)
    shutil.rmtree(into / ".git", ignore_errors=True)
    if not lacking:
        done.write_text(commit, encoding="utf-8")
    print(
        f"{name} {commit[:12]}: {count} files{f', {lacking} of them missing' if lacking else ''}", flush=True
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="mirrors", type=Path, help="a folder with copies of the repositories")
    arguments = parser.parse_args()
    projects = tomllib.loads((Path(__file__).parent / "projects.toml").read_text(encoding="utf-8"))
    for name, commit in projects["checkouts"].items():
        fetch(name, commit, arguments.folder, arguments.mirrors)
    return 0


if __name__ == "__main__":
    sys.exit(main())
