"""The workflows: pinned actions, few permissions, and the commands of the release."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import files
import pytest
from installed import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"


def jobs() -> dict[str, str]:
    """The jobs of the release, as they are written."""
    text = RELEASE.read_text(encoding="utf-8").split("\njobs:\n")[1]
    parts = re.split(r"^  ([a-z]+):\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def command(name: str) -> str:
    """The command of a step."""
    text = RELEASE.read_text(encoding="utf-8")
    found = re.search(
        rf"- name: {name}\n(?: +env:\n(?: {{10}}.*\n)+)? +run: (?:\|\n((?: {{10}}.*\n)+)|(.*)\n)", text
    )
    assert found is not None, name
    return re.sub(r"^ {10}", "", found[1] or found[2], flags=re.MULTILINE)


def run(script: str, cwd: Path, **environment: str) -> int:
    """The exit code of a command as a runner runs it."""
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    given = {"PATH": path, **environment}
    return subprocess.run(shell, cwd=cwd, env=given, check=False, capture_output=True).returncode


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow: Path) -> None:
    used = re.findall(r"uses: *(.*)$", workflow.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [
        use for use in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)
    ] == []


def test_zizmor_objects_to_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    if not zizmor.is_file():
        pytest.skip("zizmor is not installed")
    said = subprocess.run(
        [zizmor, "--offline", "--no-progress", *WORKFLOWS], check=False, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout


def test_what_each_job_may_write() -> None:
    assert "\npermissions: {}\n" in RELEASE.read_text(encoding="utf-8")
    written = {
        name: set(re.findall(r"^      ([a-z-]+): write", job, re.MULTILINE)) for name, job in jobs().items()
    }
    assert written == {
        "build": set(),
        "again": set(),
        "attest": {"attestations", "id-token"},
        "pypi": {"id-token"},
        "release": {"contents"},
    }


def test_no_job_that_may_write_runs_what_is_built() -> None:
    for name in ("attest", "pypi", "release"):
        assert not re.search(r"cargo|make |\.ci/run|packages/belljar-[^*]", jobs()[name])


def test_the_tag_has_to_be_the_version() -> None:
    script = command("The tag is the version")
    assert run(script, ROOT, GITHUB_REF_NAME=f"v{files.version()}") == 0
    for other in ("v9.9.9", files.version(), "v", ""):
        assert run(script, ROOT, GITHUB_REF_NAME=other) != 0


def test_two_machines_have_to_build_the_same(packages: Path, tmp_path: Path) -> None:
    script = command("Two machines have built the same bytes")
    shutil.copytree(packages, tmp_path / "packages", copy_function=shutil.copy)
    (tmp_path / "again").mkdir()
    sums = (packages / "SHA256SUMS").read_text(encoding="utf-8")
    (tmp_path / "again" / "SHA256SUMS").write_text(sums, encoding="utf-8")
    assert run(script, tmp_path) == 0
    (tmp_path / "again" / "SHA256SUMS").write_text(sums.replace("a", "b"), encoding="utf-8")
    assert run(script, tmp_path) != 0
    (tmp_path / "again" / "SHA256SUMS").write_text(sums, encoding="utf-8")
    (bill,) = (tmp_path / "packages").glob("*.json")
    bill.write_text("{}", encoding="utf-8")
    assert run(script, tmp_path) != 0


def test_what_publishes_is_pinned(tmp_path: Path) -> None:
    script = command("Publish the wheel")
    first, *rest = script.splitlines()
    assert run(first, ROOT, RUNNER_TEMP=str(tmp_path)) == 0
    pinned = (tmp_path / "uv.txt").read_text(encoding="utf-8")
    assert re.fullmatch(r"uv==[0-9.]+ \\\n    --hash=sha256:[0-9a-f]{64}\n", pinned)
    assert all(option in rest[1] for option in ("--require-hashes", "--no-deps", "--only-binary :all:"))
    assert rest[-1].endswith('uv" publish --trusted-publishing always packages/*.whl')
