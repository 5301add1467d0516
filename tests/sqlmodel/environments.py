"""Virtual environments with SQLModel as it is published, one for each generation: `environments.py GENERATION …`.

Made from the pins of the snapshots, compiled parts and all; what only the real ones need besides is pinned here.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("BELLJAR_SQLMODEL", ROOT / "build" / "sqlmodel"))
GENERATIONS = ("2.0", "2.1")

#: Pinned packages of the snapshots, and further ones that the published ones need.
_SHARED = frozenset(
    "SQLAlchemy annotated-types pydantic pydantic-settings pydantic_core python-dotenv sqlmodel typing-inspection "
    "typing_extensions".split()
)
_FURTHER = ("dnspython==2.9.2", "email-validator==2.4.0", "greenlet==3.5.6", "idna==3.20")

#: What the releases went with that came before pydantic's second version; SQLAlchemy changed under those before 0.0.9.
FIRST = ("pydantic==1.10.13", "sqlalchemy2-stubs==0.0.2a38", "typing_extensions==4.16.0", *_FURTHER)


def python_of(generation: str, release: str = "") -> Path:
    """Return the interpreter of an environment, which is made where it is missing or of other packages.

    `release` is one of SQLModel's, where it is not the pinned one.
    """
    packages = requirements(generation, release)
    wanted = "\n".join(packages)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256(f"{version}\n{wanted}".encode()).hexdigest()
    folder = FOLDER / "-".join(filter(None, (generation, version, release)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "made-of"
        if not made.exists() or made.read_text() != digest:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            install = [
                str(folder / "bin" / "pip"),
                "install",
                "--no-deps",
                "--quiet",
                "--disable-pip-version-check",
            ]
            subprocess.run([*install, *packages], check=True)
            made.write_text(digest)
    return folder / "bin" / "python"


def requirements(generation: str, release: str) -> list[str]:
    """List what is installed."""
    if generation == "1.4":
        is_early = tuple(map(int, release.split("."))) < (0, 0, 9)
        return [f"sqlmodel=={release}", f"SQLAlchemy=={'1.4.35' if is_early else '1.4.41'}", *FIRST]
    pins = tomllib.loads((ROOT / "python-wasm" / "pins.toml").read_text(encoding="utf-8"))
    rows = [*pins["common"], *pins["generation"][generation], *pins["library"]]
    return [
        *(
            f"{row['name']}=={release if release and row['name'] == 'sqlmodel' else row['version']}"
            for row in rows
            if row["name"] in _SHARED and generation in row.get("generations", (generation,))
        ),
        *_FURTHER,
    ]


if __name__ == "__main__":
    for name in sys.argv[1:] or GENERATIONS:
        python_of(name)
