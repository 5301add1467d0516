"""The image of packaging/Containerfile: what it says, and a build and a run of it where there is buildah.

Its base can't be fetched here, so the test has one of its own: the files of the packages that the program depends on.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import files
import pytest
from installed import EXTRACT, MODELS, ROOT, carry_out, clean, extracts_a_real_project, real_project
from test_debian import minimal

CONTAINERFILE = ROOT / "packaging" / "Containerfile"


def instructions() -> list[tuple[str, str]]:
    """Its instructions with their arguments."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line]


def test_it_is_small_and_not_root() -> None:
    said = instructions()
    last = max(number for number, (name, _) in enumerate(said) if name == "FROM")
    image = dict(said[last:])
    assert image["USER"] == "65532:65532"
    assert image["ENTRYPOINT"] == '["/usr/bin/belljar"]'
    # Nothing is run while it is built, and nothing is fetched but the base.
    assert "RUN" not in {name for name, _ in said}
    assert not [arguments for _, arguments in said if "://" in arguments]
    assert {arguments for name, arguments in said if name == "FROM"} == {"scratch AS unpacked", "${BASE}"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can build it without a daemon")
def test_built_and_run(packages: Path, tmp_path: Path) -> None:
    buildah = shutil.which("buildah")
    if buildah is None:
        pytest.skip("buildah is not installed")
    (package,) = packages.glob("*.deb")
    base = minimal(package, tmp_path / "base")
    (base / "tmp").chmod(0o1777)
    stores = ("--root", tmp_path / "root", "--runroot", tmp_path / "run", "--storage-driver", "vfs")
    environment = clean(PATH="/usr/sbin:/usr/bin:/sbin:/bin")

    def call(*arguments: str | Path) -> str:
        return carry_out(buildah, *stores, *arguments, cwd=tmp_path, env=environment).strip()

    empty = call("from", "scratch")
    call("copy", "--quiet", empty, base, "/")
    call("commit", "--quiet", empty, "localhost/base")
    chosen = ("--build-arg", "BASE=localhost/base", "--file", CONTAINERFILE, "--tag", "belljar")
    call("build", "--quiet", "--isolation", "chroot", *chosen, packages)
    container = call("from", "localhost/belljar")
    said = call("inspect", "--type", "container", "--format", "{{.OCIv1.Config.User}}", container)
    assert said == "65532:65532"
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "models.py").write_text(MODELS, encoding="utf-8")
    shutil.copyfile(real_project(), sources / real_project().name)
    run = (buildah, *stores, "run", "--isolation", "chroot", "--volume", f"{sources}:/src:ro", container)
    inside = (*run, "/usr/bin/belljar")
    version = carry_out(*inside, "--version", cwd=tmp_path, env=environment)
    assert version == f"belljar {files.version()}\n"
    assert "orders" in carry_out(*inside, *EXTRACT, ".", cwd=tmp_path, env=environment)
    archive = Path("/src") / real_project().name
    extracts_a_real_project(*inside, path=archive, cwd=tmp_path, env=environment)
