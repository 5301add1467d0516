"""Runs the guest under the interpreter that runs the tests."""

import atexit
import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sites
from belljar_guest import frames
from decode import decode_all


class Native:
    """The server of one generation."""

    def __init__(self, generation: str) -> None:
        folders = [sites.site(generation), sites.SNAPSHOT, sites.ROOT / "guest"]
        command = [
            sys.executable,
            "-s",
            "-S",
            "-B",
            str(Path(__file__).with_name("server.py")),
            *map(str, folders),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONHASHSEED": "0"}
        )
        atexit.register(self.close)

    def close(self) -> None:
        """Stop the server."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def run(self, plan: dict[str, object]) -> list[frames.Frame]:
        """Run a plan in a new fork; fails if the guest raised an exception."""
        assert self._process.stdin
        assert self._process.stdout
        with tempfile.TemporaryDirectory() as folder:
            given, output = Path(folder, "plan.json"), Path(folder, "frames.bin")
            given.write_text(json.dumps(plan))
            self._process.stdin.write(f"{given}\t{output}\n")
            self._process.stdin.flush()
            status = self._process.stdout.readline().strip()
            if status != "0":
                raise RuntimeError(f"the guest ended with {status or 'nothing'}")
            return decode_all(output.read_bytes())


@functools.cache
def native(generation: str) -> Native:
    """Return the server of a generation, started on first use."""
    return Native(generation)


def plan_for(
    base: str,
    modules: Sequence[str],
    roots: Sequence[str] = ("",),
    ddl: Sequence[str] = (),
    wheelhouse: Sequence[str] = (),
) -> dict[str, object]:
    """Make a plan for modules, given by their paths below the first root."""
    prefix = f"{roots[0]}/" if roots[0] else ""
    targets = [{"name": module_name(path), "path": prefix + path} for path in modules]
    return {
        "base": base,
        "roots": list(roots),
        "targets": targets,
        "ddl": list(ddl),
        "wheelhouse": list(wheelhouse),
    }


def module_name(path: str) -> str:
    """Return the dotted name of a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
