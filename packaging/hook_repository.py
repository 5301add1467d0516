"""Writes the repository that pre-commit installs the hook from: a few files that depend on one version of the wheel.

    python packaging/hook_repository.py FOLDER

pre-commit clones the whole repository of a hook and installs it. Belljar's own has all tests in it, and is no Python
package, so the hook has a repository of its own, as ruff's has. A release rewrites it, and tags it with the same
version.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from files import ROOT, version

TEMPLATE = Path(__file__).resolve().parent / "pre-commit"


def write(folder: Path) -> list[Path]:
    """Writes the files of the current version, and gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(TEMPLATE.iterdir()):
        text = path.read_text(encoding="utf-8").replace("@VERSION@", version())
        (folder / path.name).write_text(text, encoding="utf-8")
        written.append(folder / path.name)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    return [*written, folder / "LICENSE"]


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        print(file)
