"""The package for Debian: its description, and that it works on a system with what it depends on, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import debian
import elf
import files
import pytest
from installed import EXTRACT, MODELS, PROGRAM, carry_out, clean, extracts_a_real_project, real_project

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")


@pytest.fixture
def built(packages: Path) -> Path:
    """The package."""
    (path,) = packages.glob("*.deb")
    return path


def field(built: Path, name: str) -> str:
    """A field of its description."""
    return carry_out("dpkg-deb", "--field", built, name, cwd=built.parent).strip()


def test_how_it_is_described(built: Path) -> None:
    needs = elf.needs(PROGRAM)
    assert field(built, "Package") == "belljar"
    assert field(built, "Version") == files.version()
    assert field(built, "Architecture") == debian.ARCHITECTURES[needs.machine]
    assert field(built, "Depends") == debian.depends(needs)
    assert field(built, "Depends").startswith("libc6 (>= 2.")
    synopsis, *rest = field(built, "Description").splitlines()
    assert len(synopsis) <= 80
    assert rest
    assert not [line for line in rest if len(line) > 80 or not line.startswith(" ")]


def test_what_it_depends_on() -> None:
    def of(libraries: tuple[str, ...], glibc: tuple[int, int] | None) -> str:
        return debian.depends(elf.Needs("x86_64", libraries, glibc))

    assert of(("libc.so.6",), (2, 31)) == "libc6 (>= 2.31)"
    assert of(("libgcc_s.so.1", "libc.so.6", "libm.so.6"), (2, 17)) == "libc6 (>= 2.17), libgcc-s1"
    with pytest.raises(files.Failure, match=r"no Debian package is known for libssl\.so\.3"):
        of(("libssl.so.3", "libc.so.6"), (2, 17))


def unpacked(built: Path, root: Path) -> Path:
    """Where its files are laid."""
    root.mkdir()
    carry_out("dpkg-deb", "--extract", built, root, cwd=root)
    return root


def test_its_files(built: Path, tmp_path: Path) -> None:
    root = unpacked(built, tmp_path / "root")
    assert (root / "usr/bin/belljar").read_bytes() == PROGRAM.read_bytes()
    for path in root.rglob("*"):
        is_run = path.is_dir() or (path.name == "belljar" and path.parent.name == "bin")
        assert path.stat().st_mode & 0o777 == (0o755 if is_run else 0o644), path
        assert path.stat().st_mtime == files.TIME, path
    for name in debian.COMPLETIONS.values():
        assert "belljar" in (root / name).read_text(encoding="utf-8")
    pages = {path.name for path in (root / "usr/share/man/man1").iterdir()}
    assert pages >= {"belljar.1.gz", "belljar-check.1.gz"}
    documents = {path.name for path in (root / debian.DOCUMENTS).iterdir()}
    assert documents == {"copyright", "THIRD-PARTY.txt.gz", "CHANGELOG.md.gz", "changelog.gz"}
    # The sums that `debsums` checks.
    sums = carry_out("dpkg-deb", "--ctrl-tarfile", built, cwd=root).encode("utf-8", "replace")
    assert b"md5sums" in sums
    carry_out("dpkg-deb", "--control", built, root / "control", cwd=root)
    shutil.move(root / "control" / "md5sums", root / "sums")
    carry_out("md5sum", "--check", "--strict", "--quiet", "sums", cwd=root)


@pytest.mark.skipif(os.geteuid() == 0, reason="the test below does more")
def test_unpacked_and_run(built: Path, tmp_path: Path) -> None:
    program = unpacked(built, tmp_path / "root") / "usr/bin/belljar"
    extracts_a_real_project(program, path=real_project(), cwd=tmp_path, env=clean(PATH=""))


def depended(built: Path) -> list[Path]:
    """The files of this machine that are in the packages that it depends on."""
    names = [part.split()[0] for part in field(built, "Depends").split(",")]
    listed = carry_out("dpkg-query", "--listfiles", *names, cwd=built.parent).splitlines()
    return [Path(line) for line in listed if line.startswith("/")]


def minimal(built: Path, root: Path) -> Path:
    """A system with the files of its dependencies, and an empty database of packages."""
    for path in depended(built):
        copy = root / path.resolve().relative_to("/")
        # Libraries and the loader; the rest of the C library's package is locales and documents.
        if path.is_file() and ".so" in path.name:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            copy.chmod(0o755)
            for link in (path, Path("/usr") / path.relative_to("/")):
                at = root / link.relative_to("/")
                if not at.exists():
                    at.parent.mkdir(parents=True, exist_ok=True)
                    at.symlink_to(path.resolve())
    database = root / "var" / "lib" / "dpkg"
    for folder in (database / "info", database / "updates", root / "tmp", root / "dev", root / "proc"):
        folder.mkdir(parents=True)
    (database / "status").touch()
    return root


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can install packages and change the root folder")
def test_installed_where_there_is_nothing_but_its_dependencies(built: Path, tmp_path: Path) -> None:
    if shutil.which("dpkg-query") is None or shutil.which("chroot") is None:
        pytest.skip("dpkg-query or chroot is not installed")
    root = minimal(built, tmp_path / "root")
    dpkg = ("dpkg", f"--root={root}", "--log=/dev/null", "--force-depends", "--no-triggers")
    environment = clean(PATH="/usr/sbin:/usr/bin:/sbin:/bin")
    carry_out(*dpkg, "--install", built, cwd=tmp_path, env=environment)
    assert "install ok installed" in (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    (root / "shop").mkdir()
    (root / "shop" / "models.py").write_text(MODELS, encoding="utf-8")
    project = real_project()
    shutil.copyfile(project, root / project.name)
    inside = ("chroot", root, "/usr/bin/belljar")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
    assert "orders" in carry_out(*inside, *EXTRACT, "/shop", cwd=tmp_path, env=environment)
    extracts_a_real_project(*inside, path=Path("/") / project.name, cwd=tmp_path, env=environment)
    carry_out(*dpkg, "--remove", "belljar", cwd=tmp_path, env=clean(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
    left = [path for path in (root / "usr").rglob("*") if "belljar" in path.name]
    assert left == []


def test_lintian_objects_to_nothing(tmp_path: Path) -> None:
    if shutil.which("lintian") is None:
        pytest.skip("lintian is not installed")
    # The program takes it long, and is none of its business.
    tree = debian.contents(PROGRAM, "licences")
    tree["usr/bin/belljar"] = (Path(shutil.which("true") or "/bin/true").read_bytes(), files.PROGRAM)
    path = debian.write(tree, elf.needs(PROGRAM), tmp_path)
    run = subprocess.run(["lintian", path], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "")
