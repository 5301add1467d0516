"""The GitHub action, step by step as its runner goes through it, against a server and an API on this machine."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ci_support as ci
import files
import install
import pytest
from installed import PROGRAM

BOT = {"login": "github-actions[bot]"}
MANIFEST = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
    "nodes": {},
    "sources": {},
    "exposures": {},
    "parent_map": {},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> ci.Server:
    return ci.server(tmp_path_factory.mktemp("server") / "shop")


@pytest.fixture
def api() -> Iterator[ci.Api]:
    with ci.api() as found:
        yield found


def payload(server: ci.Server) -> dict[str, Any]:
    """The event of the pull request."""
    request = {
        "number": 7,
        "base": {"sha": server.target, "ref": "main"},
        "head": {"sha": server.head, "ref": "topic"},
        "merge_commit_sha": server.merge,
    }
    return {"pull_request": request, "repository": {"default_branch": "main"}}


def action(
    server: ci.Server, tmp_path: Path, api: ci.Api | None = None, clone: Path | None = None, **inputs: str
) -> ci.Action:
    """The action in a checkout of the test merge, with the program of this tree unless something is installed."""
    folder = clone or server.clone(tmp_path / "work" / "shop", server.merge)
    temporary = tmp_path / "temp"
    temporary.mkdir(exist_ok=True)
    if not {"version", "wheel", "program"} & set(inputs):
        inputs["program"] = str(PROGRAM)
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    variables = {"GITHUB_SHA": server.merge, "GITHUB_REF": "refs/pull/7/merge"}
    if api is not None:
        variables["GITHUB_API_URL"] = api.url
    else:
        named.setdefault("comment", "false")
    programs = tmp_path / "bin" if (tmp_path / "bin").exists() else ci.programs(tmp_path / "bin")
    return ci.Action(folder, temporary, programs, payload=payload(server), inputs=named, variables=variables)


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_pull_request(server: ci.Server, tmp_path: Path, built: Path, api: ci.Api) -> None:
    comments = ci.Comments(BOT)
    api.answer = comments.answer
    run = action(server, tmp_path, api, version=files.version(), sha256=hash_of(built))
    run.cache = tmp_path / "cache"
    run.variables["PIP_FIND_LINKS"] = str(built.parent)
    ran = run.run()
    # The wheel is installed, and the pull request is compared with its target: nothing that others merged counts.
    assert ran.code == 1, ran.log
    assert ran.outputs["program"].startswith(str(run.temporary))
    assert (ran.outputs["base"], ran.outputs["head"]) == (server.target, server.merge)
    assert (ran.outputs["exit-code"], ran.outputs["verdict"]) == ("1", "failed")
    assert (ran.outputs["findings"], ran.outputs["errors"], ran.outputs["warnings"]) == ("3", "3", "0")
    assert "::error file=models.py,line=1,title=BJ101 drop-table::" in ran.log
    assert "later" not in ran.log
    assert ran.summary.startswith("<!-- belljar-check -->\n### Schema check: 3 errors")
    assert json.loads(Path(ran.outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads(Path(ran.outputs["json"]).read_text(encoding="utf-8"))["summary"]["errors"] == 3
    assert Path(ran.outputs["markdown"]).read_text(encoding="utf-8") in ran.summary
    assert set(ran.used) == {"actions/cache"}
    assert api.methods() == ["POST /repos/o/r/issues/7/comments"]
    assert comments.kept[0]["body"].startswith("<!-- belljar-check -->\n### Schema check: 3 errors")
    assert all(headers["authorization"] == "Bearer token" for headers in api.headers)

    # The second run takes the wheel from the cache, where no index has it, and has nothing new to say.
    run.variables["PIP_FIND_LINKS"] = str(tmp_path)
    api.forget()
    ran = run.run()
    assert (ran.code, ran.outputs["verdict"], api.methods()) == (1, "failed", []), ran.log
    # A wheel of another hash is not taken from there.
    (cached,) = run.cache.glob("*/*.whl")
    cached.write_bytes(cached.read_bytes() + b"\n")
    ran = run.run()
    assert (ran.code, ran.outputs["verdict"]) == (2, ""), ran.log
    assert "pip could not install belljar" in ran.log


def test_one_comment_is_kept_up_to_date(server: ci.Server, tmp_path: Path, api: ci.Api) -> None:
    comments = ci.Comments(BOT)
    api.answer = comments.answer
    marker = "<!-- belljar-check -->"
    # Others can write the same first line, and there may be many pages before ours.
    theirs = comments.add(f"{marker}\nall is well", {"login": "stranger"})
    for _ in range(120):
        comments.add("hello")
    ours = comments.add(f"{marker}\r\nan old text")
    run = action(server, tmp_path, api)
    assert run.run().code == 1
    assert api.methods() == [f"PATCH /repos/o/r/issues/comments/{ours['id']}"]
    assert theirs["body"] == f"{marker}\nall is well"
    assert "3 errors" in ours["body"]


def test_nothing_to_say_makes_no_comment(tmp_path: Path, api: ci.Api) -> None:
    comments = ci.Comments(BOT)
    api.answer = comments.answer
    server = ci.server(tmp_path / "server", {"README": "x"})
    run = action(server, tmp_path, api)
    ran = run.run()
    assert (ran.code, ran.outputs["verdict"], ran.outputs["findings"]) == (0, "passed", "0"), ran.log
    assert comments.kept == []
    run.inputs["comment"] = "true"
    assert run.run().code == 0
    assert len(comments.kept) == 1
    # A comment that is there says so too.
    comments.kept[0]["body"] = "<!-- belljar-check -->\n### Schema check: 3 errors"
    run.inputs["comment"] = "auto"
    assert run.run().code == 0
    assert "3 errors" not in comments.kept[0]["body"]
    run.inputs["comment"] = "false"
    api.forget()
    assert run.run().code == 0
    assert api.asked == []


REFUSALS = [
    (403, {"message": "Resource not accessible by integration"}, "not accessible by integration"),
    (404, {"message": "Not Found"}, "Not Found"),
    (401, {"message": "Bad credentials"}, "Bad credentials"),
    (422, {"message": "Validation Failed"}, "Validation Failed"),
    (500, "broken", "500"),
    (302, "http://127.0.0.1:9/", "302"),
    (200, {"not": "a list"}, ""),
]


@pytest.mark.parametrize("upload", ["true", "false"])
@pytest.mark.parametrize(("status", "answer", "said"), REFUSALS)
def test_a_permission_costs_the_comment_and_not_the_check(
    server: ci.Server, tmp_path: Path, api: ci.Api, status: int, answer: Any, said: str, upload: str
) -> None:
    api.answer = lambda *_: (status, answer)
    run = action(server, tmp_path, api, upload_sarif=upload, fail_on="never")
    ran = run.run()
    assert (ran.code, ran.outputs["verdict"], ran.outputs["findings"]) == (0, "passed", "3"), ran.log
    assert "3 errors" in ran.summary
    uploaded = "github/codeql-action/upload-sarif" in ran.used
    if status == 200:
        assert uploaded == (upload == "true")
        return
    (line,) = [line for line in ran.log.splitlines() if "the comment was not written" in line]
    assert line.startswith("::notice title=Belljar::")
    assert said in line
    assert not uploaded
    assert ("::notice title=Belljar::the SARIF file was not uploaded" in ran.log) == (upload == "true")


def test_a_server_that_is_busy_is_asked_again(server: ci.Server, tmp_path: Path, api: ci.Api) -> None:
    comments, tries = ci.Comments(BOT), []

    def answer(method: str, path: str, body: Any) -> tuple[int, Any]:
        tries.append(method)
        return (503, "busy") if len(tries) == 1 else comments.answer(method, path, body)

    api.answer = answer
    assert action(server, tmp_path, api).run().code == 1
    assert (tries, len(comments.kept)) == (["GET", "GET", "POST"], 1)


def test_the_upload(server: ci.Server, tmp_path: Path, api: ci.Api) -> None:
    comments = ci.Comments(BOT)

    def answer(method: str, path: str, body: Any) -> tuple[int, Any]:
        # So GitHub answers who may look, where there is nothing yet.
        if "code-scanning" in path:
            return 404, {"message": "no analysis found"}
        return comments.answer(method, path, body)

    api.answer = answer
    run = action(server, tmp_path, api, upload_sarif="true", category="schema")
    ran = run.run()
    given = ran.used["github/codeql-action/upload-sarif"]
    assert (given["category"], given["sarif_file"]) == ("schema", ran.outputs["sarif"])
    assert given["checkout_path"] == str(run.folder)
    assert "::notice" not in ran.log
    run.upload = "failure"
    ran = run.run()
    assert ran.code == 1
    assert "::notice title=Belljar::the SARIF file could not be uploaded" in ran.log


EVENTS: dict[str, Any] = {
    # What is checked out with pull_request_target is the target.
    "pull_request_target": lambda s: (payload(s), s.target, (s.target, s.merge)),
    "merge_group": lambda s: ({"merge_group": {"base_sha": s.target}}, s.merge, (s.target, s.merge)),
    "push": lambda s: ({"before": s.fork, **payload(s)}, s.target, (s.fork, s.target)),
    "workflow_dispatch": lambda s: (payload(s), s.head, (s.fork, s.head)),
    "pull_request": lambda s: (payload(s), s.head, (s.fork, s.head)),
}


@pytest.mark.parametrize("event", EVENTS)
def test_the_event_says_the_base(server: ci.Server, tmp_path: Path, event: str) -> None:
    said, checked_out, sides = EVENTS[event](server)
    clone = server.clone(tmp_path / "clone", checked_out)
    run = action(server, tmp_path, clone=clone, fail_on="never")
    run.event, run.payload = event, said
    run.variables["GITHUB_SHA"] = checked_out if event != "pull_request" else server.merge
    run.variables["GITHUB_REF"] = "refs/heads/topic"
    ran = run.run()
    assert ran.code == 0, ran.log
    assert (ran.outputs["base"], ran.outputs["head"]) == sides
    assert ran.outputs["errors"] == ("3" if event != "push" else "0")


def test_findings_of_another_commit_are_not_uploaded(server: ci.Server, tmp_path: Path, api: ci.Api) -> None:
    """With `pull_request_target` the run is about the target, and code scanning would show them there."""
    clone = server.clone(tmp_path / "clone", server.target)
    run = action(server, tmp_path, api, clone, upload_sarif="true")
    run.event = "pull_request_target"
    run.variables["GITHUB_SHA"] = server.target
    ran = run.run()
    assert (ran.code, "github/codeql-action/upload-sarif" in ran.used) == (1, False), ran.log
    assert "::notice title=Belljar::the SARIF file was not uploaded: what was checked" in ran.log


def test_an_event_that_does_not_say_it(server: ci.Server, tmp_path: Path) -> None:
    run = action(server, tmp_path)
    run.event = "issue_comment"
    ran = run.run()
    assert (ran.code, ran.outputs["verdict"], ran.outputs["exit-code"]) == (2, "error", "2")
    assert "the event `issue_comment` does not say what it changes; name the base" in ran.log
    run.inputs["base"] = server.target
    ran = run.run()
    assert (ran.code, ran.outputs["base"]) == (1, server.target)
    run.inputs["base"] = "0" * 39 + "1"
    ran = run.run()
    assert ran.code == 2
    assert "could not be fetched" in ran.log


def test_artefacts_that_are_not_in_git(server: ci.Server, tmp_path: Path) -> None:
    clone = server.clone(tmp_path / "work" / "shop", server.merge)
    ci.write(
        clone,
        {
            "target/manifest.json": json.dumps(MANIFEST),
            "docs/catalog.json": json.dumps({"nodes": {}, "sources": {}}),
            "bi/shop.view.lkml": "view: coupons { sql_table_name: coupons ;; dimension: id {} }",
            "contract.yaml": "kind: DataContract\napiVersion: v3.0.2\nid: x\nschema: []\n",
        },
    )
    run = action(
        server,
        tmp_path,
        clone=clone,
        dbt="target/manifest.json\n",
        dbt_catalog="docs/catalog.json",
        lookml="\n  bi  \n",
        contract="contract.yaml",
        options="--exclude=nothing\n--timeout=5m",
    )
    ran = run.run()
    assert ran.code == 1, ran.log
    impact = json.loads(Path(ran.outputs["json"]).read_text(encoding="utf-8"))["impact"]
    assert impact["summary"]["breaks"] > 0, impact["summary"]
    assert "is a file of the change" not in ran.log
    # One that is in git is part of the change.
    run.inputs.update({"lookml": "models.py", "dbt": "", "dbt-catalog": ""})
    assert "`models.py` (lookml) is a file of the change, which can rewrite it" in run.run().log
    for more, message in [
        ({"dbt": ""}, "a catalog of dbt needs the one manifest"),
        ({"dbt": "nowhere.json"}, "can't be read"),
        ({"options": "--only app"}, "exit"),
        ({"options": "only=app"}, "`only=app` is no option such as"),
        ({"config": "nowhere.toml"}, "nowhere.toml"),
        ({"fail-on": "sometimes"}, "`fail-on` is `sometimes`, which is none of error, warning, note, never"),
    ]:
        run.inputs = {"program": str(PROGRAM), "comment": "false", "dbt-catalog": "docs/catalog.json"}
        if "dbt" not in more:
            run.inputs["dbt-catalog"] = ""
        run.inputs.update(more)
        ran = run.run()
        assert ran.code == 2, (more, ran.log)
        assert message in ran.log or message == "exit", (more, ran.log)


def test_what_is_installed(server: ci.Server, tmp_path: Path, built: Path) -> None:
    version, known = files.version(), hash_of(built)
    inside = server.clone(tmp_path / "work" / "shop", server.merge)
    shutil.copyfile(built, inside / built.name)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link").symlink_to(inside / built.name)
    cases: list[tuple[dict[str, str], str]] = [
        ({"wheel": str(built)}, ""),
        ({"wheel": str(inside / built.name), "sha256": known}, ""),
        ({"wheel": built.as_uri(), "sha256": f"{'0' * 64} {known}"}, ""),
        ({"version": version, "sha256": known}, ""),
        ({"version": version}, f"no hash is known for the wheel of belljar {version}"),
        ({"wheel": built.name}, "the input wheel is in the checkout"),
        ({"wheel": str(tmp_path / "elsewhere" / "link")}, "the input wheel is in the checkout"),
        ({"wheel": str(built), "sha256": "0" * 64}, "pip could not install belljar"),
        ({"wheel": str(built), "version": "9.9.9"}, "and the input version asks for 9.9.9"),
        ({"wheel": built.as_uri()}, "a wheel from an address needs the input sha256"),
        ({"wheel": "http://h.example/x.whl", "sha256": known}, "an address of another kind than https"),
        ({"wheel": "nowhere.whl"}, "is neither a file nor an address"),
        ({"version": "9.9.9", "sha256": known}, "pip could not install belljar"),
        ({"version": f"{version} --index-url=http://h.example"}, "is no version such as"),
        ({"version": version, "sha256": "x"}, "the input sha256 is not a hash"),
        ({"program": "/nowhere/belljar"}, "names `/nowhere/belljar`, which is no program"),
    ]
    for given, message in cases:
        run = action(server, tmp_path, None, inside, **given)
        run.inputs["fail-on"] = "never"
        run.variables["PIP_FIND_LINKS"] = str(built.parent)
        ran = run.run()
        assert ran.code == (2 if message else 0), (given, ran.log)
        assert message in ran.log, (given, ran.log)
        cached = given.get("sha256") == known and "wheel" not in given
        assert ("actions/cache" in ran.used) == (
            cached or (built.as_uri() in given.values() and not message)
        ), given


def test_a_release_is_known_by_its_hash(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released = tmp_path / "released.txt"
    released.write_text(f"# hashes\n1.2.3 {'a' * 64}\n{files.version()} {hash_of(built)}\n", encoding="utf-8")
    monkeypatch.setattr(install, "RELEASED", released)
    for name in ("WHEEL", "PROGRAM", "SHA256"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VERSION", files.version())
    asked = install.wanted()
    assert asked.requirement == f"belljar=={files.version()} --hash=sha256:{hash_of(built)}"
    assert asked.key.startswith(f"belljar-wheel-{files.version()}-Linux-")
    monkeypatch.setenv("SHA256", "b" * 64)
    assert install.wanted().hashes == ("b" * 64,)
    monkeypatch.setenv("SHA256", "")
    monkeypatch.setenv("VERSION", "3.2.1")
    with pytest.raises(SystemExit) as ended:
        install.wanted()
    assert ended.value.code == 2


def test_the_list_of_releases() -> None:
    lines = install.RELEASED.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            version, known = line.split()
            assert install.VERSION.fullmatch(version)
            assert install.HASH.fullmatch(known)
    action = ci.read_yaml(ci.ROOT / "action.yml")
    assert action["inputs"]["version"]["default"] == files.version()
