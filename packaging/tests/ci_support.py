"""What the tests of the CI definitions have in common: a server, clones of it, an API, and what runs steps."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
# How GitHub starts a step, and GitLab a job in an image that has no more.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
SH = ("sh", "-e", "-c")

CONFIG = '[check]\ndatabases = ["postgresql"]\n'
BEFORE = """from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100))
    phone = Column(String(40))

class Coupon(Base):
    __tablename__ = 'coupons'
    id = Column(Integer, primary_key=True)
"""
AFTER = """from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100), nullable=False)
"""
# What others merged meanwhile: seen from the branch of the pull request, the table would be dropped.
MEANWHILE = """from models import Base
from sqlalchemy import Column, Integer

class Later(Base):
    __tablename__ = 'later'
    id = Column(Integer, primary_key=True)
"""


def git(folder: Path, *arguments: str) -> str:
    """Runs git as somebody."""
    someone = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    run = subprocess.run(
        ["git", *someone, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    """Writes files by their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def commit(folder: Path, message: str, files: dict[str, str]) -> str:
    """Commits files, and gives the hash."""
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}", "--allow-empty")
    return git(folder, "rev-parse", "HEAD")


@dataclass
class Server:
    """A repository with a pull request: `main` went on since its branch began."""

    folder: Path
    fork: str
    """Where the branch began."""
    target: str
    """The last commit of `main`."""
    head: str
    """The last commit of the branch `topic`."""
    merge: str
    """The test merge, with the target as its first parent."""

    def clone(self, folder: Path, commit: str, depth: int = 1) -> Path:
        """What a checkout of one commit leaves: a shallow clone with a detached head.

        The server is reached by a command in its configuration, as actions/checkout leaves one there with `ssh-key`.
        """
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", ".")
        deep = [f"--depth={depth}"] if depth else []
        everything = ["+refs/heads/*:refs/remotes/origin/*"] if not depth else []
        git(folder, "fetch", "--quiet", "--no-tags", *deep, f"file://{self.folder}", commit, *everything)
        git(folder, "checkout", "--quiet", "--detach", commit)
        git(folder, "remote", "add", "origin", f"ssh://host{self.folder}")
        git(folder, "config", "core.sshCommand", "sh -c 'eval \"$2\"' ssh")
        return folder


def server(folder: Path, change: dict[str, str] | None = None, at: str = "") -> Server:
    """A server, whose pull request has this change; the models are below the folder `at`."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    fork = commit(folder, "before", {f"{at}models.py": BEFORE, f"{at}belljar.toml": CONFIG})
    git(folder, "checkout", "--quiet", "-b", "topic")
    head = commit(folder, "after", {f"{at}models.py": AFTER} if change is None else change)
    git(folder, "checkout", "--quiet", "main")
    target = commit(folder, "meanwhile", {f"{at}later.py": MEANWHILE})
    git(folder, "checkout", "--quiet", "--detach", target)
    git(folder, "merge", "--quiet", "--no-ff", "--message=merge", head)
    merge = git(folder, "rev-parse", "HEAD")
    git(folder, "update-ref", "refs/pull/7/merge", merge)
    git(folder, "checkout", "--quiet", "main")
    return Server(folder, fork, target, head, merge)


@dataclass
class Api:
    """An API on this machine: what was asked, and what it answers."""

    url: str
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[str, str, Any], tuple[int, Any]] = lambda *_: (200, [])

    def methods(self) -> list[str]:
        """The requests but for those that only read."""
        return [f"{method} {path}" for method, path, _ in self.asked if method != "GET"]

    def forget(self) -> None:
        """Begins anew."""
        self.asked.clear()
        self.headers.clear()


@contextlib.contextmanager
def api() -> Iterator[Api]:
    """Serves an API on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            # A proxy is asked for the whole address.
            path = re.sub(r"^http://[^/]*", "", self.path)
            found.asked.append((self.command, path, body))
            found.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, answer = found.answer(self.command, path, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", str(answer))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 as the base class has them

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        found = Api(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            http.shutdown()
            thread.join()


class Comments:
    """The comments of a pull request, as an API keeps them."""

    def __init__(self, author: dict[str, Any], key: str = "user") -> None:
        self.author = author
        self.key = key
        self.kept: list[dict[str, Any]] = []

    def add(self, body: str, author: dict[str, Any] | None = None) -> dict[str, Any]:
        """A comment."""
        self.kept.append({"id": len(self.kept) + 1, "body": body, self.key: author or self.author})
        return self.kept[-1]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """What the API says."""
        if method == "GET":
            at = int(re.findall(r"[?&]page=(\d+)", path)[0]) - 1
            return 200, self.kept[at * 100 : at * 100 + 100]
        if method == "POST":
            return 201, self.add(body["body"])
        (comment,) = [one for one in self.kept if one["id"] == int(path.rsplit("/", 1)[1])]
        comment["body"] = body["body"]
        return 200, comment


def environment(programs: Path, **more: str) -> dict[str, str]:
    """An environment with Python and git in it, and nothing of this tree. Packages are in a folder, and on no index."""
    return {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "BELLJAR_CACHE_DIR": str(ROOT / "build" / "python-cache"),
        "PIP_NO_INDEX": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "no_proxy": "*",
        **more,
    }


def programs(folder: Path) -> Path:
    """A folder with the `python3` of a machine: this one, whatever the environment says of it."""
    folder.mkdir(parents=True)
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return folder


def shell(
    command: tuple[str, ...], script: str, folder: Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs a script of a definition."""
    return subprocess.run(
        [*command, script],
        cwd=folder,
        env=variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )


def read_yaml(path: Path) -> Any:
    """A definition."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@dataclass
class Ran:
    """What a run of the action gave."""

    code: int
    outputs: dict[str, str]
    log: str
    summary: str
    used: dict[str, dict[str, str]]
    """The other actions that were called, by their names, with what they were given."""


@dataclass
class Action:
    """The composite action, run as the runner does: each step in turn, with what it says in its environment."""

    folder: Path
    """Where the repository is checked out, and every step begins."""
    temporary: Path
    programs: Path
    event: str = "pull_request"
    payload: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    cache: Path | None = None
    upload: str = "success"

    def run(self) -> Ran:
        """Runs all steps, until one fails."""
        action = read_yaml(ROOT / "action.yml")
        files = {name: self.temporary / name for name in ("output", "summary", "event")}
        for name in ("output", "summary"):
            files[name].write_text("", encoding="utf-8")
        files["event"].write_text(json.dumps(self.payload), encoding="utf-8")
        run = Ran(0, {}, "", "", {})
        context = _Context(self, action, {})
        shutil.rmtree(self.temporary / "belljar-wheels", ignore_errors=True)
        for step in action["runs"]["steps"]:
            if "if" in step and not context.holds(step["if"]):
                continue
            files["output"].write_text("", encoding="utf-8")
            code = (
                self._uses(step, context, run) if "uses" in step else self._script(step, context, files, run)
            )
            if "id" in step:
                said = files["output"].read_text(encoding="utf-8")
                context.outputs[step["id"]] = dict(line.split("=", 1) for line in said.splitlines())
                context.outcomes[step["id"]] = "success" if code == 0 else "failure"
            if code != 0 and not step.get("continue-on-error"):
                run.code = code
                break
        self._save(context)
        run.summary = files["summary"].read_text(encoding="utf-8")
        run.outputs = {name: context.text(one["value"]) for name, one in action["outputs"].items()}
        return run

    def _script(self, step: dict[str, Any], context: _Context, files: dict[str, Path], run: Ran) -> int:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], f"what comes from outside is no part of a script: {step['run']}"
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_EVENT_PATH": str(files["event"]),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.temporary),
            **self.variables,
            **{name: context.text(str(value)) for name, value in step.get("env", {}).items()},
        }
        ran = shell(BASH, step["run"], self.folder, environment(self.programs, **variables))
        run.log += ran.stdout + ran.stderr
        return ran.returncode

    def _uses(self, step: dict[str, Any], context: _Context, run: Ran) -> int:
        name, version = step["uses"].split("@")
        assert re.fullmatch("[0-9a-f]{40}", version), f"{name} is named by a commit"
        given = {key: context.text(str(value)) for key, value in step["with"].items()}
        run.used[name] = given
        if name == "actions/cache" and self.cache is not None:
            kept = self.cache / given["key"]
            if kept.is_dir():
                shutil.copytree(kept, given["path"], dirs_exist_ok=True)
        if name.endswith("/upload-sarif"):
            assert Path(given["sarif_file"]).is_file()
            return 0 if self.upload == "success" else 1
        return 0

    def _save(self, context: _Context) -> None:
        """What the cache does after the job."""
        key = context.outputs.get("choose", {}).get("key")
        wheels = self.temporary / "belljar-wheels"
        if self.cache is not None and key and wheels.is_dir() and not (self.cache / key).exists():
            shutil.copytree(wheels, self.cache / key)


class _Context:
    """What expressions refer to."""

    def __init__(self, run: Action, action: dict[str, Any], outputs: dict[str, dict[str, str]]) -> None:
        self._run = run
        self._action = action
        self.outputs = outputs
        self.outcomes: dict[str, str] = {}

    def text(self, text: str) -> str:
        """A value with its expressions evaluated."""
        return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda found: self.value(found[1]), text)

    def holds(self, condition: str) -> bool:
        """Whether a condition does."""
        return all(self._one(part.strip()) for part in condition.split("&&"))

    def _one(self, part: str) -> bool:
        name, equal, literal = part.partition(" == ")
        value = self.value(name)
        return value == literal.strip("'") if equal else bool(value)

    def value(self, name: str) -> str:
        """What a name stands for."""
        first, *rest = name.split(".")
        if first == "steps" and rest[1:] == ["outcome"]:
            return self.outcomes.get(rest[0], "skipped")
        if first == "steps" and rest[1] == "outputs":
            return self.outputs.get(rest[0], {}).get(rest[2], "")
        if first == "inputs":
            default = str(self._action["inputs"][rest[0]]["default"])
            return self.text(self._run.inputs.get(rest[0], default))
        known = {"github.token": "token", "github.workspace": str(self._run.folder)}
        return known[name]


@dataclass
class GitLab:
    """The job of the component, run as the runner does in an image with Python."""

    folder: Path
    programs: Path
    inputs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def job(self) -> tuple[str, dict[str, Any]]:
        """The name of the job, and the job, with its inputs filled in."""
        text = (ROOT / "templates" / "check" / "template.yml").read_text(encoding="utf-8")
        header, body = yaml.safe_load_all(text)
        declared = header["spec"]["inputs"]
        assert set(self.inputs) <= set(declared)
        values = {name: str(one["default"]) for name, one in declared.items()} | self.inputs
        for name, value in values.items():
            assert value in declared[name].get("options", [value])

        def filled(node: Any) -> Any:
            if isinstance(node, dict):
                return {filled(key): filled(value) for key, value in node.items()}
            if isinstance(node, list):
                return [filled(one) for one in node]
            if not isinstance(node, str):
                return node
            return re.sub(r"\$\[\[ inputs\.([a-z0-9-]+) \]\]", lambda found: values[found[1]], node)

        assert "$[[" not in str([job["script"] for job in body.values()]), "an input is no part of a script"
        (found,) = filled(body).items()
        name, job = found
        return str(name), dict(job)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Runs the job."""
        _, job = self.job()
        variables = {
            "GITLAB_CI": "true",
            "CI_PROJECT_DIR": str(self.folder),
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            **job["variables"],
            **self.variables,
        }
        return shell(SH, "\n".join(job["script"]), self.folder, environment(self.programs, **variables))
