"""The renderer of the guest under this Python, for many tries: the same code on the same data, without the sandbox.

`BELLJAR_PLAN` names the example `plan` of the crate `belljar-migrate`, which writes the input of the guest.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from documents import Program

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "guest"))


class Channel:
    """Keeps what the guest sends."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self.frames: list[Any] = []

    def send(self, frame: Any) -> None:
        """Take a frame."""
        self.frames.append(frame)


class Native(Program):
    """The program, but for the rendering."""

    def __init__(self, binary: Path, folder: Path, plan: Path) -> None:
        """Take the program, a folder, and what writes plans."""
        super().__init__(binary, folder)
        self._plan = plan

    def rendered(self, base: Path, head: Path, form: str, dialect: str) -> tuple[str, bool]:
        """Statements or a script, and whether something is left out."""
        from belljar_guest.render.job import render_job

        done = subprocess.run(
            [str(self._plan), dialect, "script" if form == "alembic" else "statements"],
            input=f"{base}\t{head}\n",
            capture_output=True,
            text=True,
            check=True,
        )
        channel: Any = Channel()
        render_job(json.loads(done.stdout)["render"], channel)
        if form == "alembic":
            (script,) = channel.frames
            return script.text, script.gaps > 0
        lines, gaps = [], False
        for step in channel.frames:
            for note in step.notes:
                gaps |= note.is_gap
                lines.append(f"-- {'left out: ' if note.is_gap else ''}{note.message}")
            lines += [f"{statement};" for statement in step.statements]
        return "\n".join(lines) + "\n", gaps
