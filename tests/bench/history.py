"""Writes a git repository with a long history of a project: `history.py FOLDER [COMMITS] [TABLES]`.

A third of the commits change models, with a migration; the others change services, tests and pages. The same arguments
give the same hashes.
"""

import random
import subprocess
import sys
from pathlib import Path


def models(name: str, columns: list[str]) -> str:
    """A module with a table."""
    lines = [f"    {column}: Mapped[Optional[str]] = mapped_column(String(40))" for column in columns]
    return "\n".join(
        [
            "from typing import Optional",
            "from sqlalchemy import ForeignKey, String",
            "from sqlalchemy.orm import Mapped, mapped_column, relationship",
            "from app.base import Base, Timestamps",
            "",
            "",
            f"class {name.title().replace('_', '')}(Timestamps, Base):",
            f'    __tablename__ = "{name}"',
            "",
            "    id: Mapped[int] = mapped_column(primary_key=True)",
            *lines,
            "",
        ]
    )


BASE = """from datetime import datetime
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Timestamps:
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
"""

VERSION = '''"""{subject}"""

from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {before}


def upgrade():
    op.add_column("{table}", sa.Column("{column}", sa.String(40)))


def downgrade():
    op.drop_column("{table}", "{column}")
'''

ENV = """from alembic import context
from app.base import Base

context.configure(target_metadata=Base.metadata)
context.run_migrations()
"""


class Stream:
    """The input of `git fast-import`."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.number = 0

    def commit(self, subject: str, files: dict[str, str]) -> None:
        """Add a commit with these files."""
        self.number += 1
        message = subject.encode()
        who = f"Author {self.number % 7} <a{self.number % 7}@example.com> {1_600_000_000 + self.number * 3600} +0000"
        self.parts.append(
            f"commit refs/heads/main\nmark :{self.number}\nauthor {who}\ncommitter {who}\n".encode()
        )
        self.parts.append(b"data %d\n%s\n" % (len(message), message))
        if self.number > 1:
            self.parts.append(b"from :%d\n" % (self.number - 1))
        for path, text in files.items():
            data = text.encode()
            self.parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def main() -> None:
    """Write the repository."""
    folder = Path(sys.argv[1])
    commits = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    tables = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    chance = random.Random(1)
    names = [f"table_{number:02}" for number in range(tables)]
    columns = {name: [f"field_{number}" for number in range(8)] for name in names}
    files = {f"app/models/{name}.py": models(name, columns[name]) for name in names}
    files |= {f"app/services/{name}.py": f"from app.models import {name}\n" for name in names}
    files |= {f"tests/test_{name}.py": f"def test_{name}():\n    pass\n" for name in names}
    files |= {"app/__init__.py": "", "app/base.py": BASE, "app/services/__init__.py": ""}
    files["app/models/__init__.py"] = "".join(f"from app.models import {name}\n" for name in names)
    files["pyproject.toml"] = (
        '[project]\nname = "app"\nversion = "1"\ndependencies = ["sqlalchemy>=2.0", "alembic"]\n'
    )
    files |= {"alembic.ini": "[alembic]\nscript_location = migrations\n", "migrations/env.py": ENV}
    stream = Stream()
    stream.commit("Begin", files)
    before = None
    for number in range(1, commits):
        name = chance.choice(names)
        kind = chance.random()
        if kind < 0.33:
            column = f"added_{number}"
            columns[name].append(column)
            subject = f"Add {column} to {name} (#{number})"
            revision = f"{number:012x}"
            text = VERSION.format(
                subject=subject, revision=revision, before=repr(before), table=name, column=column
            )
            before = revision
            stream.commit(
                subject,
                {
                    f"app/models/{name}.py": models(name, columns[name]),
                    f"migrations/versions/{revision}_add.py": text,
                },
            )
        elif kind < 0.6:
            stream.commit(
                f"Service {number}",
                {f"app/services/{name}.py": f"from app.models import {name}\nN = {number}\n"},
            )
        elif kind < 0.8:
            stream.commit(
                f"Test {number}", {f"tests/test_{name}.py": f"def test_{name}():\n    assert {number}\n"}
            )
        else:
            stream.commit(f"Page {number}", {"docs/page.md": f"Page {number}\n"})
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet"], input=b"".join(stream.parts), check=True
    )
    subprocess.run(["git", "-C", str(folder), "reset", "--quiet", "--hard", "main"], check=True)


if __name__ == "__main__":
    main()
