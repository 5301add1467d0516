"""One comment on a pull request, which is updated with every run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Iterator, List, Mapping, Optional, Tuple

from belljar.ci._check import REPORTS, Outcome
from belljar.ci._http import DENIED, Client, Refused, quoted
from belljar.ci._log import Log
from belljar.ci._settings import Settings

_PAGES = 50
_PER_PAGE = 100
_NUMBER = re.compile(r"[0-9]{1,12}")
_SAME = "the log and the reports of the job have the same"


class Place:
    """Where comments are: those that can be rewritten, and how."""

    def own(self) -> Iterator[Tuple[str, str]]:
        """The comments of whose token it is, each with its text. Others can write the same first line."""
        raise NotImplementedError

    def write(self, text: str) -> None:
        """Writes a new one."""
        raise NotImplementedError

    def rewrite(self, identifier: str, text: str) -> None:
        """Updates one."""
        raise NotImplementedError


def update(
    settings: Settings, outcome: Outcome, reports: Path, log: Log, place: Callable[[], Optional[Place]]
) -> None:
    """Keeps the comment up to date.

    What the check came to is not for it to decide: a permission that is lacking costs the comment alone.
    """
    path = reports / REPORTS["markdown"]
    if settings["comment"] == "false" or not path.is_file():
        return
    needed = _needed(settings, outcome)
    try:
        found = place()
        if found is not None:
            _update(found, path.read_text(encoding="utf-8"), needed=needed)
    except Refused as error:
        why = "the token lacks the permission" if error.status in DENIED else "the request failed"
        tell = log.notice if needed else log.say
        tell(f"the comment was not written: {why} ({error}); {_SAME}")


def _needed(settings: Settings, outcome: Outcome) -> bool:
    """Whether there is something to say where nothing has been said yet."""
    return settings["comment"] == "true" or outcome.findings > 0 or outcome.exit_code != 0


def _update(place: Place, text: str, *, needed: bool) -> None:
    marker = _first_line(text)
    for identifier, body in place.own():
        if _first_line(body) == marker:
            if body.replace("\r\n", "\n").rstrip() != text.rstrip():
                place.rewrite(identifier, text)
            return
    if needed:
        place.write(text)


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].rstrip("\r")


def _listed(client: Client, path: str) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _PAGES + 1):
        found = client.send("GET", f"{path}?per_page={_PER_PAGE}&page={page}")
        entries: List[Any] = found if isinstance(found, list) else []
        yield from (entry for entry in entries if isinstance(entry, dict))
        if len(entries) < _PER_PAGE:
            return


class GitHub(Place):
    """The comments on a pull request of GitHub."""

    def __init__(self, client: Client, repository: str, number: str, author: str) -> None:
        self._client = client
        self._issues = f"repos/{'/'.join(map(quoted, repository.split('/')))}/issues"
        self._comments = f"{self._issues}/{number}/comments"
        self._author = author

    def own(self) -> Iterator[Tuple[str, str]]:
        """Comments by the author that was named."""
        for comment in _listed(self._client, self._comments):
            user = comment.get("user")
            if isinstance(user, dict) and user.get("login") == self._author:
                yield str(comment.get("id")), str(comment.get("body") or "")

    def write(self, text: str) -> None:
        """Writes a comment."""
        self._client.send("POST", self._comments, {"body": text})

    def rewrite(self, identifier: str, text: str) -> None:
        """Updates a comment."""
        if _NUMBER.fullmatch(identifier):
            self._client.send("PATCH", f"{self._issues}/comments/{identifier}", {"body": text})


class GitLab(Place):
    """The notes on a merge request of GitLab."""

    def __init__(self, client: Client, project: str, number: str) -> None:
        self._client = client
        self._notes = f"projects/{quoted(project)}/merge_requests/{number}/notes"

    def own(self) -> Iterator[Tuple[str, str]]:
        """Notes by the user of the token."""
        user = self._client.send("GET", "user")
        for note in _listed(self._client, self._notes):
            author = note.get("author")
            ours = isinstance(author, dict) and isinstance(user, dict) and author.get("id") == user.get("id")
            if ours and not note.get("system"):
                yield str(note.get("id")), str(note.get("body") or "")

    def write(self, text: str) -> None:
        """Writes a note."""
        self._client.send("POST", self._notes, {"body": text})

    def rewrite(self, identifier: str, text: str) -> None:
        """Updates a note."""
        if _NUMBER.fullmatch(identifier):
            self._client.send("PUT", f"{self._notes}/{identifier}", {"body": text})


class Azure(Place):
    """The threads on a pull request of Azure Repos; a comment is one of its own thread."""

    def __init__(self, client: Client, project: str, repository: str, number: str) -> None:
        self._client = client
        self._threads = (
            f"{quoted(project)}/_apis/git/repositories/{quoted(repository)}/pullRequests/{number}/threads"
        )

    def own(self) -> Iterator[Tuple[str, str]]:
        """First comments of threads by the user of the token."""
        user = self._client.send("GET", "_apis/connectionData").get("authenticatedUser", {}).get("id")
        threads = self._client.send("GET", f"{self._threads}?api-version=7.1").get("value", [])
        for thread in threads:
            for comment in (thread.get("comments") or [])[:1]:
                if user and comment.get("author", {}).get("id") == user and not comment.get("isDeleted"):
                    yield (
                        f"{thread.get('id')}/comments/{comment.get('id')}",
                        str(comment.get("content") or ""),
                    )

    def write(self, text: str) -> None:
        """Begins a closed thread: it says something, and asks nothing."""
        comment = {"parentCommentId": 0, "content": text, "commentType": "text"}
        self._client.send(
            "POST", f"{self._threads}?api-version=7.1", {"comments": [comment], "status": "closed"}
        )

    def rewrite(self, identifier: str, text: str) -> None:
        """Updates the first comment of a thread."""
        self._client.send("PATCH", f"{self._threads}/{identifier}?api-version=7.1", {"content": text})


def number(value: object) -> Optional[str]:
    """The number of a pull request."""
    text = str(value or "")
    return text if _NUMBER.fullmatch(text) else None
