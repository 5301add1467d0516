"""Builds snapshots from pins.toml: ``build.py --out build/snapshots [--generation 2.0] [--offline]``.

For each generation: fetches the pinned wheels, lays out a site folder with SQLAlchemy, the guest and the warm-up, runs
componentize-py over it under a shim that fixes random bytes and the clock, and writes ``<generation>.wasm`` with a
manifest. Nothing is done if no input has changed.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from email.parser import HeaderParser
from pathlib import Path

import pins
from pins import Failure, Pin, Pins

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
INPUTS = ("pins.toml", "pins.py", "build.py", "app.py", "shim.c", "wit", "belljar_snapshot", "stand_in")
# The modification time of every file in the site folder; shim.c has the same time.
EPOCH = 1704067200
# In seconds. The tool needs about ten; under the shim its own clocks stand still, so that it could wait forever.
TIME_LIMIT = 600
# componentize-py is a compiled module with a console entry point.
RUN_TOOL = "import sys; sys.path.insert(0, sys.argv.pop(1)); import componentize_py; componentize_py.script()"


def main() -> int:
    """Build the requested generations."""
    arguments = parse_arguments()
    try:
        known = pins.load(HERE / "pins.toml")
        for generation in arguments.generation or known.generations:
            if generation not in known.generations:
                msg = (
                    f"no generation `{generation}` in pins.toml\nhint: one of {', '.join(known.generations)}"
                )
                raise Failure(msg)
            build(generation, known, arguments)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    return 0


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the snapshots and their manifests"
    )
    parser.add_argument("--generation", action="append", help="build only this generation (may be repeated)")
    parser.add_argument("--offline", action="store_true", help="fail rather than use the network")
    parser.add_argument("--force", action="store_true", help="build even if no input has changed")
    parser.add_argument("--cache", type=Path, default=ROOT / "build", help="folder for artefacts and tools")
    parser.add_argument("--guest", type=Path, default=ROOT / "guest", help="folder that holds belljar_guest")
    return parser.parse_args()


def build(generation: str, known: Pins, arguments: argparse.Namespace) -> None:
    """Build one generation, unless it is up to date."""
    guest = arguments.guest / "belljar_guest"
    if not (guest / "entry.py").is_file():
        msg = (
            f"no guest at `{guest}`\nhint: --guest {HERE.name}/tests/probe builds one that runs Python source"
        )
        raise Failure(msg)
    output = arguments.out / f"{generation}.wasm"
    manifest = arguments.out / f"{generation}.manifest.json"
    digest = input_digest(generation, known, guest)
    if not arguments.force and is_current(output, manifest, digest):
        print(f"{output}: up to date")
        return
    started = time.monotonic()
    offline = arguments.offline
    # What is fetched and unpacked is shared: of builds at the same time, one does it, and the others find it.
    with workshop() as folder:
        tool = unpack_tool(known.tool, arguments.cache, offline=offline)
        wheels = [
            pins.ensure(pin, arguments.cache / "artefacts", offline=offline)
            for pin in known.generations[generation]
        ]
        shim = compile_shim(arguments.cache)
        lay_out(folder / "site", wheels, guest)
        snapshot = componentize(folder, tool, shim)
        arguments.out.mkdir(parents=True, exist_ok=True)
        partial = output.with_suffix(f".{os.getpid()}")
        shutil.move(snapshot, partial)  # A copy from another file system: nobody must find half of it.
        partial.replace(output)
    manifest.write_text(describe(generation, known, digest, output, wheels), encoding="utf-8")
    print(f"{output}: {output.stat().st_size} bytes in {time.monotonic() - started:.1f} s")


def input_digest(generation: str, known: Pins, guest: Path) -> str:
    """The hash of everything that the snapshot is made from."""
    digest = hashlib.sha256(repr((known.tool, known.generations[generation])).encode())
    files = [(base.parent, file) for base in [*map(HERE.joinpath, INPUTS), guest] for file in files_of(base)]
    for parent, file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(parent)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def files_of(path: Path) -> list[Path]:
    """A file, or the files in a folder in order, without Python's caches."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def is_current(output: Path, manifest: Path, digest: str) -> bool:
    """Whether a snapshot was made from these inputs and is complete."""
    try:
        made = json.loads(manifest.read_text(encoding="utf-8"))
        return bool(made["inputs_sha256"] == digest and output.stat().st_size == made["length"])
    except (OSError, ValueError, KeyError):
        return False


def unpack_tool(pin: Pin, cache: Path, *, offline: bool) -> Path:
    """Unpack componentize-py into a folder named by its hash, so that nothing else is importable from it."""
    wheel = pins.ensure(pin, cache / "artefacts", offline=offline)
    folder = cache / "tools" / f"{pin.name}-{pin.sha256[:16]}"
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.{os.getpid()}")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial)
        partial.rename(folder)
    return folder


def compile_shim(cache: Path) -> Path:
    """Compile the shim with the system's C compiler."""
    shim = cache / "shim.so"
    command = [os.environ.get("CC", "cc"), "-O2", "-Wall", "-Wextra", "-shared", "-fPIC"]
    command += ["-o", str(shim), str(HERE / "shim.c"), "-ldl"]
    if subprocess.run(command, check=False).returncode != 0:
        msg = "the C compiler could not build shim.c"
        raise Failure(msg)
    return shim


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """An empty folder at a fixed path, private to the user and locked against another build.

    It is fixed because paths get into the tool's memory, and part of that memory becomes the snapshot.
    """
    base = Path(f"/tmp/belljar-snapshot-{os.getuid()}")
    base.mkdir(mode=0o700, exist_ok=True)
    status = base.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        msg = f"`{base}` is not a private folder of this user"
        raise Failure(msg)
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = base / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def lay_out(site: Path, wheels: list[Path], guest: Path) -> None:
    """Fill the site folder: wheels without compiled extensions, stand-ins for them, the guest, the warm-up."""
    site.mkdir()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(
                site, [name for name in archive.namelist() if not name.endswith((".so", ".pyd"))]
            )
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(guest, site / "belljar_guest", ignore=ignored)
    shutil.copytree(HERE / "stand_in", site, ignore=ignored, dirs_exist_ok=True)
    shutil.copytree(HERE / "belljar_snapshot", site / "belljar_snapshot", ignore=ignored)
    shutil.copy(HERE / "app.py", site / "belljar_app.py")
    for path in [*site.rglob("*"), site]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (EPOCH, EPOCH))


def componentize(folder: Path, tool: Path, shim: Path) -> Path:
    """Run componentize-py on the site folder, in a controlled environment."""
    for name in ("tmp", "venv/lib/site-packages"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(HERE / "wit", folder / "wit")
    command = [sys.executable, "-I", "-B", "-c", RUN_TOOL, str(tool.resolve())]
    command += ["--quiet", "--wit-path", "wit", "--world", "guest"]
    command += ["componentize", "--python-path", "site", "--output", "snapshot.wasm", "belljar_app"]
    environment = {
        "LD_PRELOAD": str(shim.resolve()),
        "PATH": "/usr/bin:/bin",
        "TMPDIR": str(folder / "tmp"),
        # The tool adds the packages of a virtual environment, so it gets one without any.
        "VIRTUAL_ENV": str(folder / "venv"),
    }
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=TIME_LIMIT,
            check=False,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        msg = f"componentize-py did not end within {TIME_LIMIT} s"
        raise Failure(msg) from None
    if result.returncode != 0:
        msg = f"componentize-py failed:\n{result.stdout}{result.stderr.partition('Stack backtrace')[0]}"
        raise Failure(msg)
    return folder / "snapshot.wasm"


def describe(generation: str, known: Pins, digest: str, output: Path, wheels: list[Path]) -> str:
    """Write the manifest of a snapshot."""
    packages = zip(known.generations[generation], wheels, strict=True)
    manifest = {
        "version": 1,
        "generation": generation,
        "sha256": pins.sha256(output),
        "length": output.stat().st_size,
        "inputs_sha256": digest,
        "tool": asdict(known.tool),
        "packages": [{**asdict(pin), "asks": asks(pin, wheel)} for pin, wheel in packages],
    }
    return json.dumps(manifest, indent=2) + "\n"


def asks(pin: Pin, wheel: Path) -> list[tuple[str, str]]:
    """The requirements of a package's releases on SQLAlchemy: the first release, and its requirement."""
    own = sqlalchemy_of(wheel)
    said = [set(text.split(",")) for _, text in pin.asks]
    if said and not any(set(own.split(",")) <= parts for parts in said):
        msg = (
            f"`{pin.name}` {pin.version} asks for SQLAlchemy `{own}`, and [asks] in pins.toml does not say so"
        )
        raise Failure(msg)
    return list(pin.asks) or [("0", own)]


def sqlalchemy_of(wheel: Path) -> str:
    """The versions of SQLAlchemy that a package requires without extras; empty if it declares none."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    for requirement in metadata.get_all("Requires-Dist", ()):
        text, _, marker = requirement.partition(";")
        found = re.fullmatch(
            r"sqlalchemy(?![-\w.])\s*(?:\[[^\]]*\])?\s*\(?([^()]*)\)?\s*", text, re.IGNORECASE
        )
        if found and "extra" not in marker:
            return found.group(1).strip()
    return ""


if __name__ == "__main__":
    sys.exit(main())
