"""Runs a step of the action with the Python package beside it: `python3 -I step.py check` or `report`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python's isolated mode keeps the checkout, which is the working directory, out of where modules are looked for.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
    from belljar.ci import main

    main(["github", f"--step={sys.argv[1]}"])
