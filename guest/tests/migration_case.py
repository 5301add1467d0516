"""Version files of Alembic, recorded natively: how tests write, run and show them."""

import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any

from belljar_guest import frames
from case import GENERATIONS, write
from generated_history import ENV
from native import native
from render import line, table_lines

HEADER = "from alembic import op\nimport sqlalchemy as sa\n"


def version(revision: str, down: str | None, body: str, header: str = HEADER) -> str:
    """A version file."""
    down_text = "None" if down is None else repr(down)
    text = textwrap.indent(textwrap.dedent(body).strip() or "pass", "    ")
    return f"{header}revision = {revision!r}\ndown_revision = {down_text}\n\ndef upgrade():\n{text}\n"


def record(
    files: dict[str, str], generation: str = GENERATIONS[-1], dialect: str | None = "postgresql", **given: Any
) -> list[frames.Frame]:
    """Run the version files among some files."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        versions = sorted(name for name in files if "/versions" in name and name.endswith(".py"))
        plan = {
            "name": "migrations",
            "script": "migrations",
            "versions": versions,
            "dialect": dialect,
            **{key: value for key, value in given.items() if key != "left_out"},
        }
        return native(generation).run(
            {
                "base": folder,
                "roots": [""],
                "targets": [],
                "ddl": [],
                "left_out": given.get("left_out", []),
                "migrations": plan,
            }
        )


def show(found: list[frames.Frame]) -> str:
    """Render the tables, the doubts of the head, and problems."""
    done = next(frame for frame in found if isinstance(frame, frames.Done))
    tables = {frame.serial: frame for frame in found if isinstance(frame, frames.Table)}
    lines: list[str] = []
    for serial in sorted(done.tables, key=lambda it: (tables[it].schema or "", tables[it].name)):
        lines += table_lines(tables[serial])
    for frame in found:
        if isinstance(frame, frames.Remark):
            lines.append(f"remark {frame.code} {frame.message}")
        if isinstance(frame, frames.RecordedHead):
            lines.append(line("head", frame.heads, frame))
    return "\n".join(lines)


class MigrationCase(unittest.TestCase):
    """The base class of the tests."""

    maxDiff = None

    def check(self, bodies: str | list[str], expected: str, **given: Any) -> None:
        """Record a chain of versions with these bodies, and compare the head."""
        every = [bodies] if isinstance(bodies, str) else bodies
        files = {"migrations/env.py": ENV}
        for number, body in enumerate(every, 1):
            down = f"v{number - 1}" if number > 1 else None
            files[f"migrations/versions/v{number}.py"] = version(f"v{number}", down, body)
        files |= given.pop("files", {})
        wanted = textwrap.dedent(expected).strip("\n")
        since = given.pop("since", "1.3")
        for generation in [it for it in GENERATIONS if it >= since]:
            with self.subTest(generation=generation):
                self.assertEqual(show(record(files, generation, **given)), wanted)
