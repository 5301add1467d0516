"""The definitions and the examples of docs/ci.md: each is valid and names what is there, and scripts are run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ci_support as ci
import files
import pytest
import yaml

PAGE = ci.ROOT / "docs" / "ci.md"
PROXY = "BELLJAR_CI_BITBUCKET_PROXY"
# The schemas that check-jsonschema carries, by what the first line of an example says that it is.
SCHEMAS = {
    ".github/workflows/belljar.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "bitbucket-pipelines.yml": "vendor.bitbucket-pipelines",
    "azure-pipelines.yml": "vendor.azure-pipelines",
    ".pre-commit-config.yaml": "",
}


def blocks(page: Path = PAGE) -> list[tuple[str, str]]:
    """The examples of a page, each with the file that it is."""
    texts = [part.split("```")[0] for part in page.read_text(encoding="utf-8").split("```yaml\n")[1:]]
    return [(text.split("\n", 1)[0].removeprefix("# "), text) for text in texts]


def example(name: str) -> Any:
    """The first example of a file."""
    return next(yaml.safe_load(text) for file, text in blocks() if file == name)


def is_valid(schema: str, path: Path) -> None:
    command = (
        sys.executable,
        "-m",
        "check_jsonschema",
        "--regex-variant=nonunicode",
        "--builtin-schema",
        schema,
        path,
    )
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_examples_are_valid(tmp_path: Path) -> None:
    found = blocks()
    assert {name for name, _ in found} == set(SCHEMAS)
    for name, text in found:
        path = tmp_path / Path(name).name
        path.write_text(text, encoding="utf-8")
        if SCHEMAS[name]:
            is_valid(SCHEMAS[name], path)


def test_the_definitions_are_valid(tmp_path: Path) -> None:
    is_valid("vendor.github-actions", ci.ROOT / "action.yml")
    # The schema is of a whole pipeline, where inputs have their values.
    name, job = ci.GitLab(tmp_path, tmp_path).job()
    path = tmp_path / "job.yml"
    path.write_text(yaml.safe_dump({name: job}), encoding="utf-8")
    is_valid("vendor.gitlab-ci", path)


def test_an_example_that_is_not_valid(tmp_path: Path) -> None:
    """The control."""
    path = tmp_path / "x.yml"
    path.write_text("on: pull_request\njobs:\n  a:\n    steps: 1\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        is_valid("vendor.github-workflows", path)


def scripts() -> Iterator[tuple[str, str, str]]:
    """The shell scripts of all definitions, with the shell that runs them."""
    for step in ci.read_yaml(ci.ROOT / "action.yml")["runs"]["steps"]:
        if "run" in step:
            yield step["name"], "bash", step["run"]
    _, job = ci.GitLab(Path(), Path()).job()
    yield "gitlab", "sh", "\n".join(job["script"])
    yield "bitbucket", "bash", "\n".join(bitbucket()["script"])
    yield "azure", "bash", azure()["bash"]


def bitbucket() -> Any:
    (entry,) = example("bitbucket-pipelines.yml")["pipelines"]["pull-requests"]["**"]
    return entry["step"]


def azure() -> Any:
    return example("azure-pipelines.yml")["steps"][1]


@pytest.mark.parametrize(("name", "kind", "script"), list(scripts()))
def test_the_scripts_are_clean(name: str, kind: str, script: str) -> None:
    shellcheck = Path(sys.executable).parent / "shellcheck"
    command = (shellcheck, f"--shell={kind}", "--severity=style", "-")
    done = subprocess.run(command, input=script, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{name}\n{done.stdout}"


def test_the_examples_name_what_is_there() -> None:
    action = ci.read_yaml(ci.ROOT / "action.yml")
    text = PAGE.read_text(encoding="utf-8")
    threats = ci.ROOT / "docs" / "pull-request-threats.md"
    steps = [
        step
        for name, block in [*blocks(), *blocks(threats)]
        if "jobs:" in block and name != ".gitlab-ci.yml"
        for job in yaml.safe_load(block)["jobs"].values()
        for step in job["steps"]
    ]
    assert len(steps) >= 8
    for step in steps:
        name, _, version = step.get("uses", "").partition("@")
        assert not name or (len(version) == 40 and set(version) <= set("0123456789abcdef")), step
        if name.endswith("/belljar"):
            assert set(step.get("with", {})) <= set(action["inputs"])
    for kind in ("inputs", "outputs"):
        assert all(f"`{name}`" in text for name in action[kind]), [
            n for n in action[kind] if f"`{n}`" not in text
        ]
    component, _ = yaml.safe_load_all(
        (ci.ROOT / "templates" / "check" / "template.yml").read_text(encoding="utf-8")
    )
    assert all(f"`{name}`" in text for name in component["spec"]["inputs"])
    (include,) = example(".gitlab-ci.yml")["include"]
    assert set(include["inputs"]) <= set(component["spec"]["inputs"])
    # Each example installs the version of this tree.
    for name in ("belljar==", "check@", "rev: v"):
        assert f"{name}{files.version()}" in text
    assert "pull_request_target" not in "".join(block for _, block in [*blocks(), *blocks(threats)]).replace(
        "not pull_request_target", ""
    )


def test_a_workflow_gives_nothing_away() -> None:
    """What is copied has no more permissions than it says, and none where they could be anybody's."""
    pages = (PAGE, ci.ROOT / "docs" / "pull-request-threats.md")
    workflows = [yaml.safe_load(text) for page in pages for _, text in blocks(page) if "runs-on:" in text]
    assert len(workflows) == 3
    for workflow in workflows:
        # YAML takes `on` for a truth.
        assert workflow[True] == "pull_request"
        assert workflow["permissions"] in ({}, {"contents": "read"})
        for job in workflow["jobs"].values():
            checkout = job["steps"][0]["with"]
            assert checkout == {"fetch-depth": 0, "persist-credentials": False}
            writes = {name for name, kind in job.get("permissions", {}).items() if kind == "write"}
            assert writes <= {"pull-requests", "security-events"}


def test_there_is_nothing_to_attack(tmp_path: Path) -> None:
    """What can be attacked in actions and workflows is looked for: there is nothing, and something in a control."""
    program = Path(sys.executable).parent / "zizmor"
    (tmp_path / "action.yml").write_bytes((ci.ROOT / "action.yml").read_bytes())
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for page in (PAGE, ci.ROOT / "docs" / "pull-request-threats.md"):
        for at, (_, text) in enumerate(blocks(page)):
            if "runs-on:" in text:
                (workflows / f"{page.stem}-{at}.yml").write_text(text, encoding="utf-8")
    command = (program, "--offline", "--no-progress", "--no-config", tmp_path)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "action.yml").read_text(encoding="utf-8")
    text = text.replace("run: python3", "run: echo ${{ github.head_ref }}; python3", 1)
    (tmp_path / "action.yml").write_text(text, encoding="utf-8")
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


class Pipelines:
    """A machine on which the two snippets run."""

    def __init__(self, tmp_path: Path, built: Path, url: str, commit: str, server: ci.Server) -> None:
        self.folder = server.clone(tmp_path / "build" / "shop", commit, depth=0)
        self.temporary = tmp_path / "temp"
        self.temporary.mkdir()
        self.variables = ci.environment(
            ci.programs(tmp_path / "bin"),
            PIP_FIND_LINKS=str(built.parent),
            no_proxy="",
            TF_BUILD="True",
            AGENT_TEMPDIRECTORY=str(self.temporary),
            BUILD_SOURCEVERSION=commit,
            BUILD_REPOSITORY_ID="b1",
            BUILD_REPOSITORY_PROVIDER="TfsGit",
            SYSTEM_ACCESSTOKEN="token",
            SYSTEM_COLLECTIONURI=f"{url}/org/",
            SYSTEM_PULLREQUEST_PULLREQUESTID="7",
            SYSTEM_PULLREQUEST_SOURCECOMMITID=server.head,
            SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
            SYSTEM_TEAMPROJECT="My Project",
            BITBUCKET_CLONE_DIR=str(self.folder),
            BITBUCKET_COMMIT=server.head[:12],
            BITBUCKET_PR_DESTINATION_COMMIT=server.target[:12],
            BITBUCKET_REPO_SLUG="shop",
            BITBUCKET_WORKSPACE="team",
            **{PROXY: url},
        )

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs a script, with a folder of its own in place of /tmp."""
        return ci.shell(ci.BASH, script.replace("/tmp/", f"{self.temporary}/"), self.folder, self.variables)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> ci.Server:
    return ci.server(tmp_path_factory.mktemp("server") / "shop")


def test_bitbucket(server: ci.Server, tmp_path: Path, built: Path) -> None:
    with ci.api() as api:
        api.answer = lambda *_: (200, {})
        machine = Pipelines(tmp_path, built, api.url, server.merge, server)
        ci.write(machine.folder, {"belljar-reports/belljar.md": "forged"})
        script = "\n".join(bitbucket()["script"])
        ran = machine.run(script)
        assert ran.returncode == 1, ran.stderr
        assert f"comparing {server.target} with {server.merge}" in ran.stdout
        report = f"/2.0/repositories/team/shop/commit/{server.head[:12]}/reports/belljar"
        assert [f"{method} {path}" for method, path, _ in api.asked] == [
            f"DELETE {report}",
            f"PUT {report}",
            f"POST {report}/annotations",
        ]
        (_, _, said), (_, _, annotations) = api.asked[1:]
        assert said["result"] == "FAILED"
        assert [one["severity"] for one in annotations] == ["HIGH"] * 3
        assert {(one["path"], one["line"]) for one in annotations} >= {("models.py", 1)}
        assert "Authorization" not in str(api.headers)
        assert bitbucket()["artifacts"] == ["belljar-reports/**"]
        assert "3 errors" in (machine.folder / "belljar-reports" / "belljar.md").read_text(encoding="utf-8")
        # Without the proxy the check is the same.
        api.answer = lambda *_: (403, {"error": {"message": "Forbidden"}})
        ran = machine.run(script)
        assert (ran.returncode, "the report was not written (403 Forbidden)" in ran.stdout) == (1, True), ran
        # The branch is compared with the default branch where there is no pull request.
        del machine.variables["BITBUCKET_PR_DESTINATION_COMMIT"]
        ran = machine.run(script)
        assert f"comparing {server.target} with {server.merge}" in ran.stdout, ran
        ran = machine.run(script.replace(" -- --", " --default-branch=topic -- --"))
        assert f"comparing {server.head} with {server.merge}" in ran.stdout, ran


def test_azure(server: ci.Server, tmp_path: Path, built: Path) -> None:
    user = {"id": "u1"}
    threads: list[Any] = []

    def answer(method: str, path: str, _: Any) -> tuple[int, Any]:
        if path.endswith("/_apis/connectionData"):
            return 200, {"authenticatedUser": user}
        if method == "GET":
            return 200, {"value": threads}
        return 200, {}

    with ci.api() as api:
        api.answer = answer
        machine = Pipelines(tmp_path, built, api.url, server.merge, server)
        ran = machine.run(azure()["bash"])
        assert ran.returncode == 1, ran.stderr
        assert f"comparing {server.target} with {server.merge}" in ran.stdout
        issues = [
            line for line in ran.stdout.splitlines() if line.startswith("##vso[task.logissue type=error")
        ]
        assert len(issues) == 3
        assert any(
            "sourcepath=models.py;linenumber=1;code=BJ101]BJ101 drop-table: table `coupons`" in i
            for i in issues
        )
        summary = machine.temporary / "belljar-reports" / "belljar.md"
        assert f"##vso[task.uploadsummary]{summary}" in ran.stdout.splitlines()
        root = "/org/My%20Project/_apis/git/repositories/b1/pullRequests/7/threads"
        assert api.methods() == [f"POST {root}?api-version=7.1"]
        assert api.asked[-1][2]["comments"][0]["content"] == summary.read_text(encoding="utf-8")
        # The next run rewrites its comment, and nobody else's.
        text = "<!-- belljar-check -->\nold"
        threads.extend(
            {"id": at, "comments": [{"id": 1, "author": {"id": author}, "content": text}]}
            for at, author in ((3, "u2"), (4, "u1"))
        )
        api.forget()
        assert machine.run(azure()["bash"]).returncode == 1
        assert api.methods() == [f"PATCH {root}/4/comments/1?api-version=7.1"]
        # A permission costs the comment alone.
        api.answer = lambda *_: (403, {"message": "TF401027"})
        ran = machine.run(azure()["bash"])
        assert ran.returncode == 1
        assert any(
            line.startswith("##vso[task.logissue type=warning]the comment was not written")
            for line in ran.stdout.splitlines()
        )
        # Another commit than the test merge: what the branch changed since it left its target.
        machine.variables["BUILD_SOURCEVERSION"] = server.head
        ci.git(machine.folder, "checkout", "--quiet", server.head)
        ran = machine.run(azure()["bash"])
        assert f"comparing {server.fork} with {server.head}" in ran.stdout, ran


def test_the_names_of_findings_are_no_commands(tmp_path: Path, built: Path) -> None:
    """A table can be called what Azure would carry out."""
    name = "a]##vso[task.setvariable variable=x]y"
    before = ci.BEFORE.replace("'coupons'", repr(name))
    files = {"models.py": ci.AFTER}
    server = ci.server(tmp_path / "server", files)
    ci.git(server.folder, "checkout", "--quiet", "main")
    with ci.api() as api:
        api.answer = lambda *_: (403, {})
        machine = Pipelines(tmp_path, built, api.url, server.merge, server)
        base = ci.commit(machine.folder, "base", {"models.py": before})
        ci.commit(machine.folder, "head", {"models.py": ci.AFTER})
        script = azure()["bash"].rstrip() + f" --base={base}\n"
        ran = machine.run(script)
        assert ran.returncode == 1, ran
        lines = [line for line in ran.stdout.splitlines() if "##vso[" in line]
        assert len(lines) >= 3
        assert all(line.startswith(("##vso[task.logissue ", "##vso[task.uploadsummary]")) for line in lines)
        assert all(line.count("##vso[") == 1 for line in lines), lines
        assert json.loads(
            (machine.temporary / "belljar-reports" / "belljar.json").read_text(encoding="utf-8")
        )
