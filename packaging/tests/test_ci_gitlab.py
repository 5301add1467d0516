"""The component of GitLab, as its runner goes through it."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ci_support as ci
import files
import pytest

USER = {"id": 5, "username": "belljar-bot"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> ci.Server:
    return ci.server(tmp_path_factory.mktemp("server") / "shop")


@pytest.fixture
def api() -> Iterator[ci.Api]:
    with ci.api() as found:
        yield found


def job(
    server: ci.Server, tmp_path: Path, built: Path, commit: str = "", depth: int = 0, **inputs: str
) -> ci.GitLab:
    """The job in a clone of the branch, which is whole as GIT_DEPTH has it."""
    clone = server.clone(tmp_path / "builds" / "shop", commit or server.head, depth)
    variables = {
        "PIP_FIND_LINKS": str(built.parent),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": server.fork,
        "CI_COMMIT_SHA": commit or server.head,
    }
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    return ci.GitLab(clone, ci.programs(tmp_path / "bin"), named, variables)


def test_a_merge_request(server: ci.Server, tmp_path: Path, built: Path, api: ci.Api) -> None:
    notes = ci.Comments(USER, "author")

    def answer(method: str, path: str, body: Any) -> tuple[int, Any]:
        return (200, USER) if path == "/api/v4/user" else notes.answer(method, path, body)

    api.answer = answer
    run = job(server, tmp_path, built, sha256=hashlib.sha256(built.read_bytes()).hexdigest())
    run.variables |= {"CI_API_V4_URL": f"{api.url}/api/v4", "BELLJAR_TOKEN": "glpat-1"}
    # Reports that the merge request has itself are none, be they files, folders or links.
    (run.folder / "gl-code-quality-report.json").symlink_to("models.py")
    ci.write(run.folder, {"belljar-junit.xml/x": ""})
    ran = run.run()
    assert ran.returncode == 1, ran.stderr
    assert "error[BJ101 drop-table]: table `coupons` is dropped" in ran.stdout
    assert (run.folder / "models.py").read_text(encoding="utf-8") == ci.AFTER
    _, declared = run.job()
    reports = declared["artifacts"]["reports"]
    issues = json.loads((run.folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert [issue["severity"] for issue in issues] == ["critical"] * 3
    assert ET.parse(run.folder / reports["junit"]).getroot().get("failures") == "3"
    assert all((run.folder / name).is_file() for name in declared["artifacts"]["paths"])
    assert notes.kept[0]["body"].startswith("<!-- belljar-check -->\n### Schema check: 3 errors")
    assert all(headers["private-token"] == "glpat-1" for headers in api.headers)

    # The next run rewrites its note, and nobody else's.
    notes.kept[0]["author"] = {"id": 6}
    ours = notes.add("<!-- belljar-check -->\nan old text")
    api.forget()
    run.inputs["fail-on"] = "never"
    assert run.run().returncode == 0
    assert api.methods() == [f"PUT /api/v4/projects/42/merge_requests/7/notes/{ours['id']}"]

    # A note that can't be written costs itself alone.
    api.answer = lambda *_: (403, {"message": "403 Forbidden"})
    ran = run.run()
    assert (ran.returncode, "the comment was not written" in ran.stdout) == (0, True)
    del run.variables["BELLJAR_TOKEN"]
    ran = run.run()
    assert (ran.returncode, "set the variable BELLJAR_TOKEN" in ran.stdout) == (0, True)


def test_merged_results(server: ci.Server, tmp_path: Path, built: Path) -> None:
    """The head is a merge with the target: its last commit is the base."""
    run = job(server, tmp_path, built, server.merge, depth=1)
    run.variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = server.target
    ran = run.run()
    assert ran.returncode == 1, ran.stderr
    assert f"comparing {server.target} with {server.merge}" in ran.stdout
    assert "later" not in ran.stdout


def test_an_image_without_git(server: ci.Server, tmp_path: Path, built: Path) -> None:
    run = job(server, tmp_path, built)
    for name in ("sh", "mktemp", "rm", "printf", "env"):
        found = next(Path(folder) / name for folder in ("/usr/bin", "/bin") if (Path(folder) / name).exists())
        (run.programs / name).symlink_to(found)
    run.variables["PATH"] = str(run.programs)
    ran = run.run()
    assert ran.returncode == 1, ran.stderr
    assert f"comparing {server.fork} with HEAD" in ran.stdout


def test_what_can_not_be_checked(server: ci.Server, tmp_path: Path, built: Path) -> None:
    run = job(server, tmp_path, built)
    cases = [
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "--upload-pack=x"}, {}, "is not a commit of this clone"),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": ""}, {}, "the merge request has no base"),
        ({}, {"version": "9.9.9"}, "9.9.9"),
        ({}, {"sha256": "0" * 64}, "hash"),
        ({}, {"path": "nowhere"}, "the path `nowhere` leads to no directory"),
        ({}, {"fail-on": "$(touch ran)"}, "which is none of error"),
    ]
    known = dict(run.variables)
    for variables, inputs, message in cases:
        # Where nothing could be checked there are no reports, and least of all those of the merge request.
        ci.write(run.folder, {"belljar-junit.xml": "<testsuites/>"})
        run.variables, run.inputs = {**known, **variables}, inputs
        ran = run.run()
        assert ran.returncode == 2, (inputs, ran)
        assert message.lower() in (ran.stdout + ran.stderr).lower(), (inputs, ran)
        assert not (run.folder / "belljar-junit.xml").exists()
        assert not (run.folder / "ran").exists()


def test_its_inputs(server: ci.Server, tmp_path: Path, built: Path) -> None:
    run = job(server, tmp_path, built)
    name, declared = run.job()
    assert name == "belljar"
    assert declared["variables"]["BELLJAR_CI_VERSION"] == files.version()
    assert declared["variables"]["GIT_DEPTH"] == "0"
    assert declared["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    # What is in the project's folder can be filled by a merge request: no cache of pip is there.
    assert "cache" not in declared
