"""One folder of packages for each generation, from the wheels that the snapshots are made of.

A virtual environment with pip would need other files (SQLAlchemy 1.3 has no wheel for today's Python); this way
native and wasm run the same sources, and `python-wasm/pins.toml` stays the one place of pins.
"""

import shutil
import sys
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
    """Return the folder of a generation; made when it is not there or was made of other wheels."""
    wanted = "\n".join(f"{pin.file} {pin.sha256}" for pin in PINS[generation])
    folder = BUILD / "guest-site" / generation
    stamp = folder / ".pins"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        for pin in PINS[generation]:
            with zipfile.ZipFile(pins.ensure(pin, BUILD / "artefacts", offline=False)) as archive:
                archive.extractall(
                    folder, [name for name in archive.namelist() if not name.endswith((".so", ".pyd"))]
                )
        stamp.write_text(wanted)
    ours = SNAPSHOT / "stand_in"
    for path in (path for path in sorted(ours.rglob("*.py")) if path.is_file()):
        target = folder / path.relative_to(ours)
        if not target.exists() or target.read_bytes() != path.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return folder
