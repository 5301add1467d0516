"""Documents of revisions, extracted once and kept."""

import os
import subprocess
from pathlib import Path

# What a job that takes too long is given; the program has its own, smaller limits.
_SECONDS = 300


def document(belljar: Path, repo: Path, sha: str, kept: Path) -> Path:
    """Where the document of a revision is; extracted when it is not there."""
    path = kept / f"{sha}.json"
    if path.exists():
        return path
    kept.mkdir(parents=True, exist_ok=True)
    made = kept / f"{sha}.{os.getpid()}.part"
    command = [
        str(belljar),
        "extract",
        str(repo),
        "--rev",
        sha,
        "--format",
        "json",
        "--quiet",
        "-o",
        str(made),
    ]
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode not in (0, 1) or not made.exists():
        raise RuntimeError(f"{sha}: {done.stderr.decode(errors='replace').strip()}")
    made.replace(path)
    return path
