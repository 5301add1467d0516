"""The services: where each keeps its summary, its outputs and its comments."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional

from belljar.ci import _comment, _sides
from belljar.ci._check import REPORTS, Outcome
from belljar.ci._git import Repository
from belljar.ci._http import DENIED, Client, Refused, quoted
from belljar.ci._log import AzureLog, Failure, GitHubLog, Log, azure, plain
from belljar.ci._settings import Settings
from belljar.ci._sides import Sides

# What a service shows of findings, where it has no report format of its own.
_MOST_ANNOTATIONS = 100
_MESSAGE = 900


class Service:
    """A service, and what is the same for all."""

    log: Log = Log()
    temporary = ""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def sides(self, repository: Repository) -> Sides:
        """What the pipeline compares."""
        raise NotImplementedError

    def checked(self, outcome: Outcome, reports: Path) -> None:
        """Shows what a check came to, without a token."""

    def report(self, settings: Settings, outcome: Outcome, reports: Path) -> None:
        """Hands over what needs a token."""
        _comment.update(settings, outcome, reports, self.log, lambda: self.place(settings))

    def place(self, settings: Settings) -> Optional[_comment.Place]:
        """Where a comment goes, if this is a pull request and there is a token."""
        del settings
        return None

    def failed(self, settings: Settings) -> None:
        """What is left to do where nothing could be checked."""


class GitHub(Service):
    """GitHub Actions."""

    log = GitHubLog()

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.temporary = environment.get("RUNNER_TEMP", "")
        self._event = _event(environment.get("GITHUB_EVENT_PATH", ""))

    def sides(self, repository: Repository) -> Sides:
        """By the event."""
        return _sides.github(repository, self.environment, self._event)

    def checked(self, outcome: Outcome, reports: Path) -> None:
        """The summary of the job, and the outputs of the step."""
        markdown = reports / REPORTS["markdown"]
        summary = self.environment.get("GITHUB_STEP_SUMMARY")
        if summary and markdown.is_file():
            with open(summary, "a", encoding="utf-8") as file:  # noqa: PTH123 the runner's own file
                file.write(markdown.read_text(encoding="utf-8") + "\n")
        self._output(
            {
                "exit-code": str(outcome.exit_code),
                "verdict": outcome.verdict,
                "findings": str(outcome.findings),
                "errors": str(outcome.errors),
                "warnings": str(outcome.warnings),
                "notes": str(outcome.notes),
                "base": outcome.base,
                "head": outcome.head,
                "reports": str(reports),
                **{form: str(reports / name) for form, name in REPORTS.items() if (reports / name).is_file()},
            }
        )

    def failed(self, settings: Settings) -> None:
        """The outputs, where there is no result."""
        del settings
        self._output({"exit-code": "2", "verdict": "error", "findings": "0"})

    def report(self, settings: Settings, outcome: Outcome, reports: Path) -> None:
        """The comment, and whether the SARIF file may be uploaded."""
        super().report(settings, outcome, reports)
        if self.environment.get("BELLJAR_CI_UPLOAD_SARIF") == "true":
            may = self._is_of_this_run(outcome) and self._may_upload()
            self._output({"upload": "true" if may else "false"})

    def place(self, settings: Settings) -> Optional[_comment.Place]:
        """The pull request of the event."""
        request = self._event.get("pull_request")
        number = _comment.number(request.get("number") if isinstance(request, dict) else None)
        if number is None or not self._token():
            return None
        author = settings["comment-author"] or "github-actions[bot]"
        return _comment.GitHub(self._client(), self.environment.get("GITHUB_REPOSITORY", ""), number, author)

    def _is_of_this_run(self, outcome: Outcome) -> bool:
        """Whether code scanning would show the findings where they belong: at the commit of the run."""
        request = self._event.get("pull_request")
        head = request.get("head") if isinstance(request, dict) else None
        known = {self.environment.get("GITHUB_SHA"), head.get("sha") if isinstance(head, dict) else None}
        if self.environment.get("GITHUB_EVENT_NAME") != "pull_request_target" and outcome.head in known:
            return True
        self.log.notice(
            "the SARIF file was not uploaded: what was checked is not what this run is about, and code scanning would "
            "show it at another commit"
        )
        return False

    def _may_upload(self) -> bool:
        """Asks for earlier analyses, which needs a part of the permission for a new one."""
        path = f"repos/{'/'.join(map(quoted, self.environment.get('GITHUB_REPOSITORY', '').split('/')))}"
        try:
            self._client().send("GET", f"{path}/code-scanning/analyses?per_page=1")
        except Refused as error:
            # There is none yet; who may not look is refused in another way.
            if error.status == 404 and "no analysis" in str(error).lower():  # noqa: PLR2004
                return True
            why = ": it needs `security-events: write`, and code scanning" if error.status in DENIED else ""
            self.log.notice(f"the SARIF file was not uploaded ({error}){why}")
            return False
        return True

    def _client(self) -> Client:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token()}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return Client(self.environment.get("GITHUB_API_URL") or "https://api.github.com", headers)

    def _token(self) -> str:
        return self.environment.get("BELLJAR_TOKEN", "")

    def _output(self, values: Mapping[str, str]) -> None:
        path = self.environment.get("GITHUB_OUTPUT")
        if path:
            with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 the runner's own file
                file.writelines(f"{name}={plain(value)}\n" for name, value in values.items())


class GitLab(Service):
    """GitLab."""

    def sides(self, repository: Repository) -> Sides:
        """By the variables of the pipeline."""
        return _sides.gitlab(repository, self.environment)

    def place(self, settings: Settings) -> Optional[_comment.Place]:
        """The merge request. The token of a job may not write notes."""
        iid = _comment.number(self.environment.get("CI_MERGE_REQUEST_IID"))
        if iid is None:
            return None
        token = self.environment.get("BELLJAR_TOKEN", "")
        if not token:
            tell = self.log.notice if settings["comment"] == "true" else self.log.say
            tell("no comment: set the variable BELLJAR_TOKEN to a project access token with the scope `api`")
            return None
        root = self.environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
        client = Client(root, {"PRIVATE-TOKEN": token})
        return _comment.GitLab(client, self.environment.get("CI_PROJECT_ID", ""), iid)


class Bitbucket(Service):
    """Bitbucket Pipelines. A report with annotations stands beside the pull request, so there is no comment."""

    def sides(self, repository: Repository) -> Sides:
        """By the variables of the pipeline."""
        return _sides.bitbucket(repository, self.environment)

    def report(self, settings: Settings, outcome: Outcome, reports: Path) -> None:
        """The report on the commit. The proxy of a pipeline adds who it is; no token is needed."""
        if settings["comment"] == "false":
            return
        names = ("BITBUCKET_WORKSPACE", "BITBUCKET_REPO_SLUG", "BITBUCKET_COMMIT")
        workspace, repository, commit = (quoted(self.environment.get(name, "")) for name in names)
        path = f"2.0/repositories/{workspace}/{repository}/commit/{commit}/reports/belljar"
        proxy = self.environment.get("BELLJAR_CI_BITBUCKET_PROXY") or "http://localhost:29418"
        client = Client(self.environment.get("BELLJAR_CI_API") or "http://api.bitbucket.org", {}, proxy)
        try:
            # What an earlier run found on this commit is gone with its report.
            client.send("DELETE", path)
            client.send("PUT", path, _bitbucket_report(outcome))
            annotations = list(_bitbucket_annotations(reports / REPORTS["json"]))
            if annotations:
                client.send("POST", f"{path}/annotations", annotations)
        except Refused as error:
            self.log.notice(f"the report was not written ({error}); the log and the artefacts have the same")


class Azure(Service):
    """Azure Pipelines."""

    log = AzureLog()

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.temporary = environment.get("AGENT_TEMPDIRECTORY", "")

    def sides(self, repository: Repository) -> Sides:
        """By the variables of the run."""
        return _sides.azure(repository, self.environment)

    def checked(self, outcome: Outcome, reports: Path) -> None:
        """The summary, and an issue for each finding."""
        del outcome
        for entry in _findings(reports / REPORTS["json"]):
            kind = "error" if entry["severity"] == "error" else "warning"
            place = f";sourcepath={azure(entry['path'])};linenumber={entry['line']}" if entry["path"] else ""
            code = azure(entry["code"])
            print(f"##vso[task.logissue type={kind}{place};code={code}]{azure(entry['message'])}", flush=True)
        if (reports / REPORTS["markdown"]).is_file():
            print(f"##vso[task.uploadsummary]{reports / REPORTS['markdown']}", flush=True)

    def place(self, settings: Settings) -> Optional[_comment.Place]:
        """The pull request, where it is one of Azure Repos."""
        number = _comment.number(self.environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID"))
        if number is None or self.environment.get("BUILD_REPOSITORY_PROVIDER") not in {"TfsGit", None}:
            return None
        token = self.environment.get("SYSTEM_ACCESSTOKEN", "")
        if not token:
            tell = self.log.notice if settings["comment"] == "true" else self.log.say
            tell("no comment: pass `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` to this step")
            return None
        names = ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_REPOSITORY_ID")
        root, project, repository = (self.environment.get(name, "") for name in names)
        client = Client(root, {"Authorization": f"Bearer {token}"})
        return _comment.Azure(client, project, repository, number)


SERVICES = {"github": GitHub, "gitlab": GitLab, "bitbucket": Bitbucket, "azure": Azure}


def service(settings: Settings) -> Service:
    """The service, as this job has it."""
    environment = {**os.environ, "BELLJAR_CI_DEFAULT_BRANCH": settings["default-branch"]}
    found: Service = SERVICES[settings.service](environment)
    return found


def _event(path: str) -> Dict[str, Any]:
    if not path:
        return {}
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"the event can't be read: {error}") from error
    return event if isinstance(event, dict) else {}


def _findings(path: Path) -> Iterator[Dict[str, Any]]:
    """The first findings, with their place in the head: the most severe are the first."""
    try:
        items: List[Any] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    except (OSError, ValueError, KeyError):
        return
    for item in items[:_MOST_ANNOTATIONS]:
        place = item["spot"].get("place") or {}
        yield {
            "code": item["code"],
            "severity": item["severity"],
            "message": plain(f"{item['code']} {item['name']}: {item['message']}")[:_MESSAGE],
            "path": plain(place.get("path", "")),
            "line": max(int(place.get("line", 1)), 1),
            "fingerprint": item["fingerprint"],
        }


def _bitbucket_report(outcome: Outcome) -> Dict[str, Any]:
    results = {"passed": "PASSED", "failed": "FAILED"}
    counts = (("Errors", outcome.errors), ("Warnings", outcome.warnings), ("Notes", outcome.notes))
    return {
        "title": "Belljar",
        "details": "What this change does to the schema that SQLAlchemy models declare.",
        "report_type": "BUG",
        "reporter": "Belljar",
        "result": results.get(outcome.verdict, "FAILED"),
        "data": [{"title": title, "type": "NUMBER", "value": value} for title, value in counts],
    }


def _bitbucket_annotations(path: Path) -> Iterator[Dict[str, Any]]:
    severities = {"error": "HIGH", "warning": "MEDIUM", "note": "LOW"}
    for at, entry in enumerate(_findings(path)):
        shown: Dict[str, Any] = {
            "external_id": f"{entry['fingerprint']}-{at}",
            "annotation_type": "BUG",
            "summary": entry["message"][:450],
            "severity": severities.get(entry["severity"], "LOW"),
        }
        if entry["path"]:
            shown.update(path=entry["path"], line=entry["line"])
        yield shown
