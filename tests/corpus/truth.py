#!/usr/bin/env python3
"""Regenerate the truth of the corpus: install each package with all that it needs, and ask SQLAlchemy for its DDL.

usage: truth.py FOLDER OUT [--only NAME ...]

Needs `uv` on the path, and interpreters of the versions that INDEX.tsv names. FOLDER keeps the environments, which
are used again. Dependencies are the newest that a package admits: look at the difference of OUT/NAME.json and
truth/NAME.json before it takes its place.
"""

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: Packages whose modules are another's of INDEX.tsv.
SAME = {"nova-api": "nova", "aiida-core-sqlitezip": "aiida-core"}


def rows() -> list[list[str]]:
    """The rows of INDEX.tsv."""
    lines = (HERE / "INDEX.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and line[0] != "#"]


def environment(row: list[str], given: dict[str, Any], folder: Path) -> Path:
    """The interpreter of the environment of a package, made where it is missing."""
    name, version, python, sqlalchemy = row[0], row[1], row[6], row[7]
    place = folder / SAME.get(name, name)
    if not (place / "made").exists():
        subprocess.run(
            ["uv", "venv", "--quiet", "--clear", "--no-python-downloads", "--python", python, str(place)],
            check=True,
        )
        left_out = folder / f"{name}.overrides"
        left_out.write_text(
            "".join(f"{item}; sys_platform == 'never'\n" for item in given.get("without", ()))
        )
        extras = f"[{','.join(given['extras'])}]" if given.get("extras") else ""
        wanted = [f"{name}{extras}=={version}", f"sqlalchemy=={sqlalchemy}", *given.get("with", ())]
        command = ["uv", "pip", "install", "--quiet", "--python", str(place), *wanted]
        subprocess.run([*command, "--overrides", str(left_out)], check=True)
        (place / "made").touch()
    return place / "bin" / "python"


def modules_of(row: list[str]) -> tuple[list[str], dict[str, str]]:
    """The modules of a row, and the environment variables they are imported with."""
    text, _, variables = row[5].partition("[env ")
    names = [name for name in text.split() if not name.startswith("pre_")]
    pairs = (item.split("=", 1) for item in variables.rstrip("]").split())
    return names, {key: value for key, value in pairs if key != "STUB"}


def make(row: list[str], given: dict[str, Any], folder: Path, out: Path) -> str:
    """Write the truth of one package; what the maker printed."""
    python = environment(row, given, folder).absolute()
    names, variables = modules_of(row)
    work = (folder / "work" / row[0]).absolute()
    work.mkdir(parents=True, exist_ok=True)
    for name, text in given.get("files", {}).items():
        (work / name).write_text(text, encoding="utf-8")
    (work / "first.py").write_text(given.get("first", ""), encoding="utf-8")
    result = (out / f"{row[0]}.json").absolute()
    command = [str(python), str(HERE / "native.py"), str(result), str(work / "first.py"), *names]
    own = {**os.environ, **variables, "HOME": str(work)}
    done = subprocess.run(
        command, cwd=work, env=own, capture_output=True, text=True, check=False, timeout=900
    )
    (work / "log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode:
        return f"failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    return (done.stdout.strip().splitlines() or ["?"])[-1]


def main() -> int:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    settings = tomllib.loads((HERE / "environments.toml").read_text(encoding="utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for row in rows():
        if given.only and row[0] not in given.only:
            continue
        own = settings.get(row[0], {})
        said = make(row, own, given.folder, given.out)
        failed += said.startswith("failed")
        print(f"{row[0]:28} {said} (was {row[8]} tables, {row[9]} columns)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
