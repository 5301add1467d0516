#!/usr/bin/env python3
"""Fetch published packages by name, version and hash. Standard library and pip's settings only.

usage: fetch.py FOLDER NAME [NAME ...]      packages of INDEX.tsv beside this file; prints each path
       fetch.py FOLDER --all

The artefact is found by its hash on the index page that pip is set up for, and kept; a second call works with the
network cut. Unlike `pip download` nothing of the package is run.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

INDEX = Path(__file__).resolve().parent / "INDEX.tsv"
ATTEMPTS = 4


def packages() -> dict[str, tuple[str, str]]:
    """Version and sha256 of every package, by name."""
    rows = [
        line.split("\t") for line in INDEX.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]
    return {row[0]: (row[1], row[3]) for row in rows}


def index_url() -> str:
    """The package index that pip uses."""
    for key in ("global.index-url", "install.index-url"):
        found = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", key], capture_output=True, text=True, check=False
        )
        if found.returncode == 0 and found.stdout.strip():
            return found.stdout.strip()
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    from pip._internal.models.index import PyPI

    return PyPI.simple_url


def get(url: str) -> bytes:
    """The bytes at a URL; tried again when the network hiccups."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=180) as answer:
                data: bytes = answer.read()
                return data
        except OSError as error:
            if attempt == ATTEMPTS or getattr(error, "code", 500) < 500:
                raise SystemExit(
                    f"error: cannot fetch: {error}\nhint: the network is needed the first time"
                ) from None
            time.sleep(2**attempt)
    raise AssertionError("unreachable")


def artefact(name: str, sha256: str, folder: Path) -> Path:
    """The path of a package's artefact, fetched when it is not there or not what it should be."""
    known = folder / sha256[:16]
    if known.is_dir():
        for path in known.iterdir():
            if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                return path
    # A second MetaData of the same artefact has a name of its own: the hash is found under the first part of it.
    words = name.split("-")
    for project in ("-".join(words[:count]) for count in range(len(words), 0, -1)):
        page = f"{index_url().rstrip('/')}/{project}/"
        try:
            links = re.findall(r'href="([^"]+)"', get(page).decode())
        except SystemExit:
            if "-" in project:
                continue
            raise
        for link in links:
            if f"sha256={sha256}" in link:
                return keep(urllib.parse.urljoin(page, link.split("#")[0]), sha256, known)
    raise SystemExit(f"error: no artefact of `{name}` has the hash {sha256}")


def keep(url: str, sha256: str, folder: Path) -> Path:
    """Fetch, check and store."""
    data = get(url)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit(f"error: what came for {sha256} has another hash")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / urllib.parse.unquote(url.rsplit("/", 1)[1])
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.rename(path)
    return path


def main(arguments: list[str]) -> int:
    """Fetch what is asked for."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    known = packages()
    names = list(known) if arguments[1] == "--all" else arguments[1:]
    for name in names:
        if name not in known:
            print(f"error: `{name}` is not in {INDEX.name}", file=sys.stderr)
            return 2
        print(artefact(name, known[name][1], Path(arguments[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
