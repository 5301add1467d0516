"""What `belljar-ci` reads of a job and compares. What it does with a service is tried in packaging/tests."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Tuple

import pytest
from conftest import git

from belljar.ci import _check, _log, _settings, _sides
from belljar.ci._git import Repository
from belljar.ci._log import Failure
from belljar.ci._main import carry_out

TEXTS = [
    ("a table", "a table"),
    ("two\nlines\tand a tab", "two lines and a tab"),
    ("##vso[task.setvariable]x", "# #vso[task.setvariable]x"),
    ("###[command]", "# # #[command]"),
    ("# a # heading", "# a # heading"),
    ("::error::x", ": :error: :x"),
    ("section_start:1:x", "section_start :1:x"),
    ("\x1b[31mred\u202e", "\\x1b[31mred\\u202e"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_nothing_in_a_message_is_a_command(text: str, shown: str) -> None:
    said = _log.plain(text)
    assert said == shown or ("section_start" in text and "section_start:" not in said)
    assert not any(command in said for command in ("##vso[", "##[", "::", "\n", "\x1b"))


def test_a_value_in_a_command_of_azure() -> None:
    assert _log.azure("a]b;c%d\r\ne") == "a%5Db%3Bc%AZP25d%0D%0Ae"


def parse(*arguments: str, **environment: str) -> _settings.Settings:
    return _settings.parse(list(arguments), {"GITLAB_CI": "true", **environment})


def test_the_command_line_is_before_the_environment() -> None:
    said = {"BELLJAR_CI_FAIL_ON": "note", "BELLJAR_CI_DBT": "\n a.json \n\nb.json", "BELLJAR_CI_PATH": "app"}
    settings = parse(**said)
    assert (settings.service, settings["fail-on"], settings["path"]) == ("gitlab", "note", "app")
    assert settings.many["dbt"] == ["a.json", "b.json"]
    settings = parse("github", "--fail-on=error", "--dbt=c.json", "--", "--only=app", "--no-config", **said)
    assert (settings.service, settings["fail-on"], settings["path"]) == ("github", "error", "app")
    assert (settings.many["dbt"], settings.options) == (["c.json"], ["--only=app", "--no-config"])
    # An empty variable is none.
    assert parse(BELLJAR_CI_CONFIG_FROM="")["config-from"] == "base"


WRONG = [
    (("--fail-on=often",), {}, "`fail-on` is `often`"),
    (("--comment=yes",), {}, "`comment` is `yes`"),
    ((), {"BELLJAR_CI_CONFIG_FROM": "both"}, "`config-from` is `both`"),
    ((), {"BELLJAR_CI_OPTIONS": "--only=a\nb"}, "`b` is no option"),
    (("--", "--"), {}, "`--` is no option"),
    ((), {"GITLAB_CI": ""}, "no job of a service that is known"),
    ((), {"GITHUB_ACTIONS": "true"}, "no job of a service that is known"),
]


@pytest.mark.parametrize(("arguments", "environment", "message"), WRONG)
def test_what_is_wrong_is_named(
    arguments: Tuple[str, ...], environment: Dict[str, str], message: str
) -> None:
    with pytest.raises(Failure, match=message):
        parse(*arguments, **environment)


def test_each_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse("--help")
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(f"--{name}" in said for name in ("fail-on", *_settings.MANY))
    assert argparse.SUPPRESS not in said


@dataclass
class History:
    """A server's branches, in a clone."""

    folder: Path
    one: str
    two: str
    topic: str

    def repository(self, commit: str) -> Repository:
        """The clone with a commit checked out."""
        git(self.folder, "checkout", "--quiet", "--detach", commit)
        return Repository(str(self.folder), {"PATH": "/usr/local/bin:/usr/bin:/bin"})


def _commit(folder: Path, name: str) -> str:
    (folder / name).write_text(name, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={name}")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    one = _commit(folder, "one")
    git(folder, "checkout", "--quiet", "-b", "topic")
    topic = _commit(folder, "topic")
    git(folder, "checkout", "--quiet", "main")
    two = _commit(folder, "two")
    for name, commit in (("main", two), ("topic", topic)):
        git(folder, "update-ref", f"refs/remotes/origin/{name}", commit)
    return History(folder, one, two, topic)


NONE = "0" * 40
PUSHES: List[Tuple[str, Mapping[str, str], str, str]] = [
    # what is checked out, the variables, the base, or a message
    ("two", {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": "one"}, "one", ""),
    ("two", {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": NONE}, "one", "the one before"),
    ("topic", {"CI_COMMIT_BRANCH": "topic", "CI_COMMIT_BEFORE_SHA": NONE}, "one", ""),
    ("topic", {"CI_COMMIT_BRANCH": "topic", "CI_COMMIT_BEFORE_SHA": "1" * 40}, "one", ""),
    (
        "two",
        {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": "1" * 40},
        "",
        "before this push is unknown",
    ),
    ("one", {"CI_COMMIT_BRANCH": "main"}, "", "there is no commit before"),
    ("topic", {"CI_DEFAULT_BRANCH": "--upload-pack=x"}, "", "is no name of a branch"),
    ("topic", {"CI_DEFAULT_BRANCH": "nowhere"}, "", "the branch `nowhere` could not be fetched"),
    ("topic", {"CI_DEFAULT_BRANCH": ""}, "", "the default branch is unknown"),
    ("two", {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "one"}, "one", ""),
    ("two", {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "main"}, "two", ""),
    (
        "two",
        {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "-x"},
        "",
        "`-x` is not a commit",
    ),
]


@pytest.mark.parametrize(("head", "variables", "base", "message"), PUSHES)
def test_what_is_compared_on_gitlab(
    history: History, head: str, variables: Mapping[str, str], base: str, message: str
) -> None:
    repository = history.repository(getattr(history, head))
    said = {name: getattr(history, value, value) for name, value in variables.items()}
    environment = {"CI_DEFAULT_BRANCH": "main", **said}
    if not base:
        with pytest.raises(Failure, match=message):
            _sides.gitlab(repository, environment)
        return
    sides = _sides.gitlab(repository, environment)
    assert (sides.base, sides.head) == (getattr(history, base), getattr(history, head))
    assert message in sides.note


EVENTS = [
    ("push", {"before": NONE}, "one"),
    ("push", {"before": 7}, "one"),
    ("push", {}, "one"),
    ("workflow_dispatch", {}, "one"),
    ("pull_request", {"pull_request": {"head": {"sha": "topic"}, "base": {"sha": "two"}}}, "one"),
    ("pull_request", {"pull_request": {"head": {"sha": "topic"}, "base": {"sha": None}}}, ""),
    ("pull_request", {"pull_request": None}, ""),
    ("merge_group", {"merge_group": []}, ""),
    ("merge_group", {"merge_group": {"base_sha": "two"}}, "two"),
    ("release", {}, ""),
    ("", {}, ""),
]


@pytest.mark.parametrize(("name", "event", "base"), EVENTS)
def test_what_is_compared_on_github(history: History, name: str, event: Dict[str, object], base: str) -> None:
    repository = history.repository(history.topic)

    def filled(value: object) -> object:
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        return getattr(history, value, value) if isinstance(value, str) else value

    said = filled({"repository": {"default_branch": "main"}, **event})
    assert isinstance(said, dict)
    environment = {"GITHUB_EVENT_NAME": name, "GITHUB_REF": "refs/heads/topic", "GITHUB_SHA": history.topic}
    if not base:
        with pytest.raises(Failure):
            _sides.github(repository, environment, said)
        return
    assert _sides.github(repository, environment, said).base == getattr(history, base)


def test_what_is_compared_on_bitbucket_and_azure(history: History) -> None:
    repository = history.repository(history.topic)
    asked = {"BITBUCKET_PR_DESTINATION_COMMIT": history.two[:12], "BITBUCKET_COMMIT": history.topic[:12]}
    assert _sides.bitbucket(repository, asked).base == history.one
    assert _sides.bitbucket(repository, {}).base == history.one
    for short in ("--help", history.two[:8], "main", "z" * 12):
        with pytest.raises(Failure, match="which is not a hash"):
            _sides.bitbucket(repository, {"BITBUCKET_PR_DESTINATION_COMMIT": short})
    pull = {
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": history.topic,
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
    }
    assert _sides.azure(repository, pull).base == history.one
    assert _sides.azure(repository, {**pull, "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"}).base == history.one
    assert _sides.azure(repository, {"BELLJAR_CI_DEFAULT_BRANCH": "main"}).base == history.one


def test_the_folder_of_reports(history: History, tmp_path: Path) -> None:
    repository = history.repository(history.topic)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "belljar.md").write_text("theirs", encoding="utf-8")
    (history.folder / "reports").symlink_to(outside)
    found = _check.folder(parse("--reports=reports"), repository, "")
    assert (found.is_symlink(), list(found.iterdir())) == (False, [])
    assert (outside / "belljar.md").read_text(encoding="utf-8") == "theirs"
    (history.folder / "link").symlink_to(outside)
    with pytest.raises(Failure, match="is reached through a link"):
        _check.folder(parse("--reports=link/reports"), repository, "")
    (found / "belljar.sarif").mkdir()
    (found / "belljar.sarif" / "x").write_text("x", encoding="utf-8")
    (found / "belljar.json").symlink_to(outside / "belljar.md")
    (found / "other").write_text("kept", encoding="utf-8")
    assert [path.name for path in _check.folder(parse("--reports=reports"), repository, "").iterdir()] == [
        "other"
    ]
    assert (outside / "belljar.md").exists()


def test_a_failure_is_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "BITBUCKET_BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert carry_out([]) == 2
    assert "there is no directory .git in `.`" in capsys.readouterr().err
    assert carry_out(["--step=report", f"--reports={tmp_path}"]) == 2
    assert "there is no result of a check" in capsys.readouterr().err
