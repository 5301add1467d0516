"""The shared `check`: runs a small repository with each generation, and compares the result with expected lines.

* `sites`: the wheels of `python-wasm/pins.toml`, unpacked: the same files that the snapshots have
* `server`: one interpreter per generation, warmed up as the snapshot is; forks for every run
* `native`: starts servers and runs plans over trees
* `decode`: from bytes to frames
* `render`: from frames to the few lines that a test compares
"""

import os
import sys
import tempfile
import textwrap
import unittest
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import sites  # noqa: E402
from belljar_guest import frames  # noqa: E402
from native import native, plan_for  # noqa: E402
from render import render  # noqa: E402

GENERATIONS = tuple(os.environ.get("BELLJAR_GENERATIONS", " ".join(sites.GENERATIONS)).split())

#: The beginning of most models; it works with every generation.
PRELUDE = """\
from sqlalchemy import *
try:
    from sqlalchemy.orm import declarative_base
except ImportError:
    from sqlalchemy.ext.declarative import declarative_base
Base = declarative_base()
metadata = MetaData()
"""


class Case(unittest.TestCase):
    """The base class of the tests."""

    maxDiff = None

    #: What texts of the repository create, as the host finds it.
    relations: Sequence[dict[str, object]] = ()

    def check(
        self,
        source: str | dict[str, str],
        expected: str,
        *,
        show: str = "",
        since: str = "1.3",
        wheelhouse: dict[str, str] | None = None,
    ) -> None:
        """Run `models.py`, or the modules of a dictionary in order, and compare the result.

        A line `{prelude}` is replaced by `PRELUDE`. Generations before `since` are skipped. `wheelhouse` has the files
        of further packages.
        """
        files = {"models.py": source} if isinstance(source, str) else source
        wanted = textwrap.dedent(expected).strip("\n")
        self.assertTrue(wanted, "nothing is expected")
        for generation in GENERATIONS:
            if generation >= since:
                with self.subTest(generation=generation):
                    found = run(generation, files, wheelhouse=wheelhouse, relations=self.relations)
                    self.assertEqual(render(found, show), wanted)


def run(
    generation: str,
    files: dict[str, str],
    ddl: tuple[str, ...] = (),
    wheelhouse: dict[str, str] | None = None,
    relations: Sequence[dict[str, object]] = (),
) -> list[frames.Frame]:
    """Write files into a temporary folder, and run the guest over the modules among them."""
    with tempfile.TemporaryDirectory() as folder:
        repository, packages = Path(folder, "repository"), Path(folder, "wheelhouse")
        write(repository, files)
        write(packages, wheelhouse or {})
        modules = [name for name in files if name.endswith(".py")]
        folders = [str(packages)] if wheelhouse else []
        plan = plan_for(str(repository), modules, ddl=ddl, wheelhouse=folders)
        return native(generation).run({**plan, "relations": list(relations)})


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).replace("{prelude}\n", PRELUDE))
