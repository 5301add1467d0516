"""A folder of packages for each generation, from the wheels that the snapshots are made of.

A virtual environment would get other files from pip (SQLAlchemy 1.3 has no wheel for a recent Python). This way native
and wasm run the same sources, and all pins are in `python-wasm/pins.toml`.
"""

import contextlib
import hashlib
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "python-wasm"
BUILD = ROOT / "build"

sys.path.insert(0, str(SNAPSHOT))

import pins  # noqa: E402

PINS = pins.load(SNAPSHOT / "pins.toml").generations
GENERATIONS = tuple(sorted(PINS))


def site(generation: str) -> Path:
    """Return the folder of a generation, named after its content; created atomically if missing."""
    ours = SNAPSHOT / "stand_in"
    files = [path for path in sorted(ours.rglob("*.py")) if path.is_file()]
    digest = hashlib.sha256("\n".join(f"{pin.file} {pin.sha256}" for pin in PINS[generation]).encode())
    for path in files:
        digest.update(f"\0{path.relative_to(ours)}\0".encode() + path.read_bytes())
    folder = BUILD / "guest-site" / f"{generation}-{digest.hexdigest()[:16]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        content = Path(made, "site")
        for pin in PINS[generation]:
            with zipfile.ZipFile(pins.ensure(pin, BUILD / "artefacts", offline=False)) as archive:
                archive.extractall(
                    content, [name for name in archive.namelist() if not name.endswith((".so", ".pyd"))]
                )
        for path in files:
            target = content / path.relative_to(ours)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        with contextlib.suppress(OSError):  # another process was faster
            content.rename(folder)
    return folder
