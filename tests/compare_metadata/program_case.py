"""A test case that runs the program against real servers: `python THIS PROGRAM [--without mariadb]`."""

import argparse
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from databases import Databases


class ProgramCase(unittest.TestCase):
    """The program, in a folder of its own, and the servers."""

    program: Path
    databases: Databases

    def setUp(self) -> None:
        """Make the folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def url(self, database: str, user: str = "") -> str:
        """The URL of a database."""
        if database == "postgresql":
            folder = Path(str(self.databases.postgresql_socket)).parent
            return f"postgresql://{user or 'postgres'}@/postgres?host={folder}"
        if database == "mariadb":
            return f"mariadb://{user or 'root'}@/tests?unix_socket={self.databases.mariadb_socket}"
        return f"sqlite:///{self.folder}/app.db"

    def run_program(self, *arguments: str, code: int = 0, **variables: str) -> str:
        """Run the program; returns its output."""
        command = [str(self.program), *arguments]
        environment = {"PATH": os.environ["PATH"], "HOME": str(Path.home()), **variables}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.folder, env=environment
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + (done.stderr if code == 2 else "")

    def each(self) -> list[str]:
        """The databases that are there."""
        return [name for name in ("postgresql", "mariadb", "sqlite") if name not in self.databases.absent]


def main() -> None:
    """Start the servers, and run the tests of the script."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--without", action="append", default=[])
    given = parser.parse_args()
    ProgramCase.program = given.program.resolve()
    ProgramCase.databases = Databases(given.without)
    try:
        unittest.main("__main__", argv=sys.argv[:1])
    finally:
        ProgramCase.databases.close()
