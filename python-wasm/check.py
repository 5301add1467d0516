"""Checks snapshots from inside: ``check.py --precompile BINARY --probe BINARY [--generation 2.0]``.

It builds each generation twice, from two copies of this folder, around a guest that runs Python source. Then it checks
what the first one can import and contains, and that both behave alike and use the same fuel.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pins

HERE = Path(__file__).resolve().parent
PLANS = HERE / "tests" / "plans"

FROZEN = """\
path [] [] {}
finders ['BuiltinImporter', 'FrozenImporter', 'StoredFinder', 'PathFinder']
argv ['belljar'] bytecode False
environment {'HOME': '/tmp', 'LANG': 'C.UTF-8', 'PATH': '/usr/bin:/bin', 'TZ': 'UTC', 'USER': 'belljar'}
encoding utf-8 utf-8
none in sys.modules []
random 0.8444218515250481
collectable True frozen True
app hidden True
traces []
metadata True
reload /python/mailbox.py /python/json/__init__.py
"""


def main() -> int:
    """Check the requested generations."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precompile", type=Path, required=True, help="the belljar-precompile binary")
    parser.add_argument(
        "--probe", type=Path, required=True, help="the probe example of belljar-engine-config"
    )
    parser.add_argument("--generation", action="append", help="check only this generation (may be repeated)")
    arguments = parser.parse_args()
    failures = 0
    for generation in arguments.generation or pins.load(HERE / "pins.toml").generations:
        with tempfile.TemporaryDirectory() as folder:
            for problem in problems(generation, Path(folder), arguments.precompile, arguments.probe):
                failures += 1
                print(f"{generation}: {problem}", file=sys.stderr)
    return 1 if failures else 0


def problems(generation: str, folder: Path, precompile: Path, probe: Path) -> list[str]:
    """Build a generation twice, and list the problems."""
    first, second = (build(generation, folder / name, precompile) for name in ("first", "a/second/one"))
    found = []
    (imports, _), (frozen, _) = (run(probe, first, plan) for plan in ("imports", "frozen"))
    if imports != "tried enough\n":
        found.append(f"modules cannot be imported, though absent.py does not list them:\n{imports}")
    if frozen != FROZEN:
        found.append(f"what is frozen in is not as expected:\n{frozen}")
    behaviour, other = (run(probe, snapshot, "behaviour") for snapshot in (first, second))
    if behaviour != other or "CREATE TABLE t19" not in behaviour[0]:
        found.append(f"two builds behave differently: fuel {behaviour[1]} and {other[1]}")
    bytes_of = [snapshot.with_name(f"{generation}.wasm").read_bytes() for snapshot in (first, second)]
    differing = sum(a != b for a, b in zip(*bytes_of, strict=False)) + abs(
        len(bytes_of[0]) - len(bytes_of[1])
    )
    print(
        f"{generation}: fuel {behaviour[1]} in both of two builds, {differing} bytes of {len(bytes_of[0])} differ"
    )
    return found


def build(generation: str, folder: Path, precompile: Path) -> Path:
    """Build and compile a snapshot from a copy of this folder."""
    shutil.copytree(HERE, folder / HERE.name, ignore=shutil.ignore_patterns("__pycache__"))
    here = folder / HERE.name
    command = [
        sys.executable,
        str(here / "build.py"),
        "--out",
        str(folder / "out"),
        "--generation",
        generation,
    ]
    command += ["--guest", str(here / "tests" / "probe"), "--cache", str(HERE.parent / "build")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    packed = folder / "out" / f"{generation}.cwasm.zst"
    command = [str(precompile), str(packed.with_name(f"{generation}.wasm")), str(packed)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return packed


def run(probe: Path, snapshot: Path, plan: str) -> tuple[str, int]:
    """Run a plan in a fresh instance; returns what it emitted and the fuel that it used."""
    command = [str(probe), str(snapshot), str(PLANS / f"{plan}.py")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: exit status {result.returncode}\n{result.stderr}")
    return result.stdout, json.loads(result.stderr.splitlines()[-1])["fuel"]


if __name__ == "__main__":
    sys.exit(main())
