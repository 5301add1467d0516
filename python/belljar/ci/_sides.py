"""What a pipeline compares: the base and the head, by what the service says of the event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

from belljar.ci._git import Repository
from belljar.ci._log import Failure

_PULL_REQUESTS = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")
NAME_THE_BASE = "name the base (the input `base`, or `--base`)"


@dataclass(frozen=True)
class Sides:
    """Two commits."""

    base: str
    head: str
    note: str = ""
    """How they were chosen, where one would not expect it."""


def given(repository: Repository, base: str, head: str) -> Sides:
    """What the operator named."""
    return Sides(repository.need(base, "base"), repository.need(head or "HEAD", "head"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _member(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _merged(repository: Repository, commit: Optional[str], wanted: str) -> Optional[Sides]:
    """A test merge that the service made of the target's last commit and `wanted`: all that merging would change."""
    parents = repository.parents(commit) if commit else []
    if commit is None or len(parents) != 2 or parents[1] != wanted:  # noqa: PLR2004 a merge of two
        return None
    base = repository.fetched(parents[0])
    return Sides(base, commit) if base else None


def _apart(repository: Repository, target: str, head: str) -> Sides:
    """What a branch changed since it left its target."""
    return Sides(repository.merge_base(repository.need(target, "base"), head), head)


def github(repository: Repository, environment: Mapping[str, str], event: Mapping[str, Any]) -> Sides:
    """The sides of an event of GitHub."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    request = event.get("pull_request")
    if name in _PULL_REQUESTS and isinstance(request, dict):
        return _pull_request(repository, environment, request, untouched=name == "pull_request_target")
    if name == "merge_group":
        base = _text(_member(event, "merge_group", "base_sha"))
        return Sides(repository.need(base, "base"), repository.head())
    branch = _text(_member(event, "repository", "default_branch"))
    if name == "push":
        on_default = environment.get("GITHUB_REF") == f"refs/heads/{branch}"
        return pushed(repository, _text(event.get("before")), branch, on_default=on_default)
    if name == "workflow_dispatch":
        return against_default(repository, branch)
    raise Failure(f"the event `{name}` does not say what it changes; {NAME_THE_BASE}")


def _pull_request(
    repository: Repository, environment: Mapping[str, str], request: Mapping[str, Any], *, untouched: bool
) -> Sides:
    """The test merge, where there is one. With `pull_request_target` the files of the target are checked out."""
    wanted, target = (_text(_member(request, side, "sha")) for side in ("head", "base"))
    head = repository.head()
    if untouched or head != environment.get("GITHUB_SHA"):
        head = wanted if untouched else head
        merge = _text(request.get("merge_commit_sha")) if untouched else ""
        merged = _merged(repository, repository.fetched(merge) if merge else None, wanted)
    else:
        merged = _merged(repository, head, wanted)
    return merged or _apart(repository, target, repository.need(head, "head"))


def pushed(repository: Repository, before: str, branch: str, *, on_default: bool) -> Sides:
    """A push: what was there before, or for a new or rewritten branch, the default branch."""
    head = repository.head()
    old = repository.fetched(before) if before.strip("0") else None
    if old is not None:
        return Sides(old, head)
    if on_default:
        raise Failure(f"the commit before this push is unknown or could not be fetched; {NAME_THE_BASE}")
    return against_default(repository, branch)


def against_default(repository: Repository, branch: str) -> Sides:
    """What a branch changed since it left the default branch; on that branch itself, what its last commit changed."""
    if not branch:
        raise Failure(f"the default branch is unknown; {NAME_THE_BASE}")
    head = repository.head()
    base = repository.merge_base(repository.branch(branch), head)
    if base != head:
        return Sides(base, head)
    parents = repository.parents(head)
    if not parents:
        raise Failure(f"there is no commit before `{head}`; {NAME_THE_BASE}")
    note = f"this is a commit of `{branch}`: it is compared with the one before"
    return Sides(repository.need(parents[0], "base"), head, note)


def gitlab(repository: Repository, environment: Mapping[str, str]) -> Sides:
    """The sides of a pipeline of GitLab. With merged results the head is a merge with the target's last commit."""
    if environment.get("CI_MERGE_REQUEST_IID"):
        merged = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "")
        base = merged or environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
        if not base:
            raise Failure(f"the merge request has no base; {NAME_THE_BASE}")
        return Sides(repository.need(base, "base"), repository.head())
    branch = environment.get("CI_DEFAULT_BRANCH", "")
    on_default = environment.get("CI_COMMIT_BRANCH", "") == branch
    before = environment.get("CI_COMMIT_BEFORE_SHA", "")
    if before.strip("0"):
        return pushed(repository, before, branch, on_default=on_default)
    return against_default(repository, branch)


def bitbucket(repository: Repository, environment: Mapping[str, str]) -> Sides:
    """The sides of a pipeline of Bitbucket, which merges a pull request's target into its branch before it starts."""
    short = environment.get("BITBUCKET_PR_DESTINATION_COMMIT", "")
    head = repository.head()
    if not short:
        branch = environment.get("BELLJAR_CI_DEFAULT_BRANCH", "") or "main"
        return against_default(repository, branch)
    if not 12 <= len(short) <= 64 or set(short) - set("0123456789abcdef"):  # noqa: PLR2004 it has twelve digits
        raise Failure(f"`BITBUCKET_PR_DESTINATION_COMMIT` is `{short}`, which is not a hash")
    source = environment.get("BITBUCKET_COMMIT", "")
    parents = repository.parents(head)
    for base, other in (parents, parents[::-1]) if len(parents) == 2 else ():  # noqa: PLR2004
        if base.startswith(short) and source and other.startswith(source):
            return Sides(repository.need(base, "base"), head)
    return _apart(repository, short, head)


def azure(repository: Repository, environment: Mapping[str, str]) -> Sides:
    """The sides of a run of Azure Pipelines."""
    wanted = environment.get("SYSTEM_PULLREQUEST_SOURCECOMMITID", "")
    head = repository.head()
    if wanted:
        checked_out = head if head == environment.get("BUILD_SOURCEVERSION") else None
        merged = _merged(repository, checked_out, wanted)
        if merged is not None:
            return merged
        target = environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH", "")
        branch = target.removeprefix("refs/heads/")
        return _apart(repository, repository.branch(branch), head)
    return against_default(repository, environment.get("BELLJAR_CI_DEFAULT_BRANCH", "") or "main")
