"""Installs the wheel for the action, into a new folder outside the checkout.

    python3 -I install.py choose     what is to be installed, and by which key it is cached
    python3 -I install.py install    installs it, and says where the program is

A wheel is known by its hash: the input `sha256`, or the one that `released.txt` has for the version. Only a wheel on
the machine, outside the checkout, is taken without: a change could not have put it there.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

RELEASED = Path(__file__).resolve().parents[2] / "packaging" / "released.txt"
OLDEST = (3, 9)
COULD_NOT_RUN = 2
VERSION = re.compile(r"[0-9]+(\.[0-9]+){1,3}((a|b|rc)[0-9]+)?")
HASH = re.compile(r"[0-9a-f]{64}")
ANOTHER_WAY = "or have it on the machine, and set the input `program`"


@dataclass(frozen=True)
class Wanted:
    """What the inputs ask for."""

    version: str
    wheel: str
    hashes: tuple[str, ...]
    program: str

    @property
    def key(self) -> str:
        """The key of the cache; none where the wheel is not known by its hash, or lies here already."""
        if self.program or not self.hashes or (self.wheel and not is_address(self.wheel)):
            return ""
        digest = hashlib.sha256(" ".join((self.wheel, *self.hashes)).encode()).hexdigest()[:20]
        return f"belljar-wheel-{self.version}-{platform.system()}-{platform.machine()}-{digest}"

    @property
    def requirement(self) -> str:
        """As pip reads it from a file."""
        if not self.wheel:
            what = f"belljar=={self.version}"
        else:
            what = (
                f"belljar @ {self.wheel if is_address(self.wheel) else Path(self.wheel).absolute().as_uri()}"
            )
        return " ".join([what, *(f"--hash=sha256:{known}" for known in self.hashes)])


def fail(message: str) -> NoReturn:
    """Ends the step, and says why."""
    print(f"::error title=Belljar::{message.replace('%', '%25')}".replace("\n", "%0A"), flush=True)
    sys.exit(COULD_NOT_RUN)


def is_address(wheel: str) -> bool:
    """Whether it is fetched from somewhere."""
    return "://" in wheel


def released(version: str) -> tuple[str, ...]:
    """The hashes of a release."""
    entries = (line.split() for line in RELEASED.read_text(encoding="utf-8").splitlines())
    return tuple(entry[1] for entry in entries if len(entry) == 2 and entry[0] == version)  # noqa: PLR2004


def wanted() -> Wanted:
    """What the inputs ask for, or the end of the step."""
    version, wheel, program = (os.environ.get(name, "").strip() for name in ("VERSION", "WHEEL", "PROGRAM"))
    given = tuple(os.environ.get("SHA256", "").split())
    if program:
        return Wanted(version, "", (), program)
    if any(not HASH.fullmatch(one) for one in given):
        fail("the input sha256 is not a hash of 64 hexadecimal digits")
    if not VERSION.fullmatch(version):
        fail("the input version is no version such as 1.2.3")
    if sys.platform != "linux":
        fail(f"the wheel is for Linux; use such a runner, {ANOTHER_WAY}")
    if wheel:
        check_wheel(wheel, given)
        return Wanted(version, wheel, given, "")
    known = given or released(version)
    if not known:
        fail(
            f"no hash is known for the wheel of belljar {version}: set the input sha256 to that of the wheel on your "
            f"index, {ANOTHER_WAY}"
        )
    return Wanted(version, "", known, "")


def check_wheel(wheel: str, hashes: tuple[str, ...]) -> None:
    """What a change could have made or moved is taken only by its hash."""
    if is_address(wheel):
        if not wheel.startswith(("https://", "http://127.0.0.1:", "file:///")):
            fail("the input wheel is an address of another kind than https")
        if not hashes:
            fail("a wheel from an address needs the input sha256")
        return
    path = Path(wheel)
    if not path.is_file():
        fail("the input wheel is neither a file nor an address")
    root = Path(os.path.realpath(os.environ.get("ROOT") or "."))
    real = Path(os.path.realpath(path))
    if not hashes and (root in real.parents or root in Path(os.path.abspath(path)).parents):  # noqa: PTH100 no link is followed
        fail("the input wheel is in the checkout, where a change could have put it: set sha256 too")


def output(**values: str) -> None:
    """Sets outputs of the step."""
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name.replace('_', '-')}={value}\n" for name, value in values.items())


def wheels() -> Path:
    """The folder that is cached."""
    return Path(os.environ["RUNNER_TEMP"]) / "belljar-wheels"


def choose() -> None:
    """Says what will be installed."""
    asked = wanted()
    cached = os.environ.get("CACHE") == "true"
    output(key=asked.key if cached else "", wheels=str(wheels()))


def pip(*arguments: str) -> None:
    """Runs pip where nothing of the checkout is found."""
    quiet = ("--disable-pip-version-check", "--no-input", "--quiet")
    command = [sys.executable, "-I", "-m", "pip", arguments[0], *quiet, *arguments[1:]]
    run = subprocess.run(command, cwd=os.environ["RUNNER_TEMP"], check=False, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        fail(
            f"pip could not install belljar; its messages are above. It needs pip and access to an index, {ANOTHER_WAY}"
        )


def install() -> None:
    """Installs the wheel."""
    asked = wanted()
    if asked.program:
        output(program=asked.program)
        return
    folder = Path(tempfile.mkdtemp(prefix="belljar-program.", dir=os.environ["RUNNER_TEMP"]))
    requirements = folder / "requirements.txt"
    requirements.write_text(asked.requirement + "\n", encoding="utf-8")
    one = ["--no-deps", "--only-binary=:all:", f"--requirement={requirements}"]
    if asked.hashes:
        one.append("--require-hashes")
    if asked.wheel:
        pip("install", *one, f"--target={folder}")
    else:
        if not list(wheels().glob("belljar-*.whl")):
            pip("download", *one, f"--dest={wheels()}")
        pip("install", *one, "--no-index", f"--find-links={wheels()}", f"--target={folder}")
    program = folder / "bin" / "belljar"
    check_program(program, asked)
    output(program=str(program))


def check_program(program: Path, asked: Wanted) -> None:
    """The program runs here, and is the one that was asked for."""
    try:
        run = subprocess.run([program, "--version"], check=False, capture_output=True, text=True, timeout=60)
        said = run.stdout.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        fail(f"the program of the wheel does not run here: {error}")
    if said != f"belljar {asked.version}":
        fail(f"the wheel has `{said[:80]}`, and the input version asks for {asked.version}")


def main() -> None:
    """Reads the one argument."""
    if sys.version_info < OLDEST:
        fail(
            f"Python {'.'.join(map(str, OLDEST))} or later is needed, and this is {platform.python_version()}"
        )
    {"choose": choose, "install": install}[sys.argv[1]]()


if __name__ == "__main__":
    main()
