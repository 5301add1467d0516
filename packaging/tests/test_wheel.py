"""The wheel: the same bytes for the same files, true of the machine it names, and of use once it is installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import elf
import files
import notices
import pytest
import wheel
from installed import MODELS, PROGRAM, ROOT, carry_out, clean, extracts_a_real_project, real_project, uv

HERE = Path(__file__).resolve().parent

USES_API = """
import belljar
schema = belljar.extract("shop")
print(belljar.__version__, belljar.__file__, belljar.find_program(), schema.tables[0].name)
"""
USES_PLUGIN = (
    'def test_it(belljar_schema): assert belljar_schema.table("orders").comment == "what was bought"\n'
)


def test_what_is_in_it(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
        data = info.replace(".dist-info", ".data")
        assert archive.getinfo(f"{data}/scripts/belljar").external_attr >> 16 == 0o100755
        assert archive.read(f"{data}/scripts/belljar") == PROGRAM.read_bytes()
        assert all(archive.getinfo(n).external_attr >> 16 == 0o100644 for n in names if "/scripts/" not in n)
        assert {"belljar/__init__.py", "belljar/py.typed", "belljar/documents/extract.py"} <= set(names)
        assert not [name for name in names if "__pycache__" in name or "tests" in name]
        assert "belljar = pytest_belljar" in archive.read(f"{info}/entry_points.txt").decode()
        assert archive.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
        others = archive.read(f"{info}/licenses/THIRD-PARTY.txt").decode()
        assert all(
            name in others for name in ("SQLAlchemy 2.0.58 (", "wasmtime 48", "CPython 3.14 (PSF", "clap 4")
        )
        said = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        assert (said["Name"], said["Version"], said["Requires-Dist"]) == ("belljar", files.version(), None)
        tags = re.findall(r"^Tag: py3-none-(.*)$", archive.read(f"{info}/WHEEL").decode(), re.MULTILINE)
        assert built.name == f"belljar-{files.version()}-py3-none-{'.'.join(tags)}.whl"
        (bill,) = built.parent.glob("*.cdx.json")
        assert archive.read(f"{info}/sboms/belljar.cdx.json") == bill.read_bytes()
        recorded = {
            row[0]: row[1:] for row in csv.reader(io.StringIO(archive.read(f"{info}/RECORD").decode()))
        }
        assert sorted(recorded) == sorted(names)
        for name in names:
            if not name.endswith("/RECORD"):
                content = archive.read(name)
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                assert recorded[name] == [f"sha256={digest}", str(len(content))]


def test_it_is_small_enough(built: Path) -> None:
    assert built.stat().st_size < 100_000_000


def test_one_that_is_too_large_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = tmp_path / "metadata.toml"
    text = files.METADATA.read_text(encoding="utf-8")
    small.write_text(re.sub(r"largest = \S+", "largest = 1000", text), encoding="utf-8")
    monkeypatch.setattr(files, "METADATA", small)
    monkeypatch.setattr(wheel, "members", lambda *_: {"x": (random.Random(1).randbytes(2000), files.FILE)})
    with pytest.raises(files.Failure, match="and PyPI takes 1000"):
        wheel.build(PROGRAM, tmp_path / "dist", "", b"{}")
    assert list((tmp_path / "dist").iterdir()) == []


def test_it_is_for_old_machines() -> None:
    needs = elf.needs(PROGRAM)
    assert needs.glibc is not None
    assert needs.glibc <= (2, 28)


def test_older_names_of_a_tag() -> None:
    assert wheel.tags("manylinux_2_17_x86_64") == ["manylinux_2_17_x86_64", "manylinux2014_x86_64"]
    assert wheel.tags("manylinux_2_28_aarch64") == ["manylinux_2_28_aarch64"]


def test_the_tag_is_what_the_symbols_allow() -> None:
    needs = elf.needs(PROGRAM)
    assert needs.foreign() == []
    if shutil.which("readelf"):
        said = subprocess.run(
            ["readelf", "--version-info", PROGRAM], check=True, capture_output=True, text=True
        ).stdout
        newest = max(tuple(map(int, found)) for found in re.findall(r"\bGLIBC_(\d+)\.(\d+)", said))
        assert needs.glibc == newest
    assert needs.glibc is not None
    assert needs.tag() == f"manylinux_2_{max(needs.glibc[1], 17)}_x86_64"


def test_every_part_names_its_licence() -> None:
    parts = [*notices.crates(), *notices.wheels(files.ARTEFACTS), *notices.kept()]
    assert len(parts) > 300
    assert all(part.licence for part in parts)
    assert {part.name for part in notices.wheels(files.ARTEFACTS) if not part.texts} == set()
    # What is of this workspace, and what only tests or builds, is none of them.
    assert not {part.name for part in parts} & {
        "belljar",
        "belljar-schema",
        "jsonschema",
        "insta",
        "libfuzzer-sys",
    }
    assert notices.written(parts) == notices.written(parts[::-1])


def test_one_text_of_many_stands_once() -> None:
    parts = [notices.Part(name, "1", "MIT", ("the text\n",)) for name in ("b", "a")]
    text = notices.written(parts)
    assert text.count("the text") == 1
    assert "a 1, b 1:\n\nthe text" in text


TAGS = [
    ("manylinux_2_5_x86_64", "needs glibc"),
    ("manylinux_2_99_aarch64", "is for x86_64"),
    ("manylinux2014_x86_64", "is no tag such as"),
    ("linux_x86_64", "is no tag such as"),
    ("any", "is no tag such as"),
    ("manylinux_2_99_x86_64/../x", "is no tag such as"),
]


@pytest.mark.parametrize(("tag", "message"), TAGS)
def test_a_tag_that_is_not_true_is_refused(tag: str, message: str) -> None:
    with pytest.raises(files.Failure, match=message):
        wheel.check_tag(PROGRAM, tag)


def test_a_tag_that_promises_less_is_taken() -> None:
    assert wheel.check_tag(PROGRAM, "manylinux_2_99_x86_64") == "manylinux_2_99_x86_64"


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel, "version", lambda: "9.9.9")
    with pytest.raises(files.Failure, match=r"does not say 9\.9\.9"):
        wheel.build(PROGRAM, tmp_path, "", b"{}")
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho belljar 0.0.1\n", encoding="utf-8")
    other.chmod(0o755)
    with pytest.raises(files.Failure, match=r"says 'belljar 0\.0\.1'"):
        wheel.check_versions(other, "0.1.0")


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    true = Path(shutil.which("true") or "/bin/true").read_bytes()
    file = tmp_path / "x"
    by = random.Random(1)
    for data in (b"", b"#!/bin/sh\n", true[:4], true[:20]):
        file.write_bytes(data)
        with pytest.raises(elf.ElfError):
            elf.needs(file)
    for _ in range(400):
        damaged = bytearray(true[: by.randint(64, len(true))] if by.random() < 0.5 else true)
        for _ in range(by.randint(1, 6)):
            # Mostly where the tables are.
            at = by.randrange(min(len(damaged), 1024)) if by.random() < 0.8 else by.randrange(len(damaged))
            damaged[at] = by.choice((0, 1, 127, 255, by.randrange(256)))
        file.write_bytes(damaged)
        try:
            elf.needs(file)
        except elf.ElfError:
            continue


def pythons() -> list[str]:
    """This Python, and the oldest and the newest that the package is for, where this machine has them."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [sys.executable]
    for version in ("3.9", "3.13"):
        named = [shutil.which(f"python{version}"), *sorted(versions.glob(f"{version}.*/bin/python{version}"))]
        works = (
            f"{path}"
            for path in named
            if path and subprocess.run([path, "-c", ""], check=False, capture_output=True).returncode == 0
        )
        found += [path for path in (next(works, None),) if path]
    return found


def use(environment: Path, folder: Path) -> None:
    """The command, the package and the plug-in, as installed into an environment."""
    (folder / "shop").mkdir()
    (folder / "shop" / "models.py").write_text(MODELS, encoding="utf-8")
    (folder / "test_shop.py").write_text(USES_PLUGIN, encoding="utf-8")
    python, program = environment / "bin" / "python", environment / "bin" / "belljar"
    assert carry_out(program, "--version", cwd=folder) == f"belljar {files.version()}\n"
    assert "orders" in carry_out(program, "extract", "shop", "--format=text", "--quiet", cwd=folder)
    version, file, found, table = carry_out(python, "-c", USES_API, cwd=folder).split()
    assert (version, table) == (files.version(), "orders")
    assert Path(file).is_relative_to(environment)
    assert Path(found) == program
    arguments = ("-m", "pytest", "-q", "--belljar", "--belljar-path=shop", "-rs")
    said = carry_out(python, *arguments, cwd=folder)
    assert "2 passed, 1 skipped" in said
    assert "there is no base to compare with" in said


@pytest.mark.parametrize("python", pythons())
def test_installed_with_pip(built: Path, tmp_path: Path, python: str) -> None:
    environment = tmp_path / "environment"
    carry_out(python, "-m", "venv", environment, cwd=tmp_path)
    pip = (environment / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
    carry_out(*pip, "install", "--quiet", "--no-index", built, cwd=tmp_path)
    assert "No broken requirements" in carry_out(*pip, "check", cwd=tmp_path)
    if python == sys.executable:
        carry_out(
            *pip, "install", "--quiet", "--require-hashes", "-r", HERE / "requirements.txt", cwd=tmp_path
        )
    else:
        carry_out(*pip, "install", "--quiet", "--only-binary=:all:", "pytest>=7", cwd=tmp_path)
    use(environment, tmp_path)
    if python == sys.executable:
        program = environment / "bin" / "belljar"
        extracts_a_real_project(program, path=real_project(), cwd=tmp_path, env=clean())
    carry_out(*pip, "uninstall", "--quiet", "--yes", "belljar", cwd=tmp_path)
    assert not (environment / "bin" / "belljar").exists()
    assert not list(environment.glob("lib/python*/site-packages/**/*belljar*.py"))


def test_installed_with_uv(built: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    carry_out(uv(), "venv", "--quiet", "--python", sys.executable, environment, cwd=tmp_path)
    install = (uv(), "pip", "install", "--quiet", "--python", environment)
    carry_out(*install, "--offline", "--no-index", built, cwd=tmp_path)
    carry_out(*install, "--require-hashes", "-r", HERE / "requirements.txt", cwd=tmp_path)
    use(environment, tmp_path)


def test_run_with_uvx(built: Path, tmp_path: Path) -> None:
    command = (
        uv(),
        "tool",
        "run",
        "--offline",
        "--python",
        sys.executable,
        "--from",
        built,
        "belljar",
        "--version",
    )
    assert carry_out(*command, cwd=tmp_path) == f"belljar {files.version()}\n"
