"""The command `belljar-ci`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn, Optional, Sequence

from belljar.ci import _check, _sides
from belljar.ci._git import Repository
from belljar.ci._log import Failure, GitHubLog, Log
from belljar.ci._services import Service, service
from belljar.ci._settings import Settings, parse


def main(arguments: Optional[Sequence[str]] = None) -> NoReturn:
    """Runs the command; its exit code is that of `belljar check`."""
    sys.exit(carry_out(sys.argv[1:] if arguments is None else arguments))


def carry_out(arguments: Sequence[str]) -> int:
    """The exit code."""
    log: Log = GitHubLog() if os.environ.get("GITHUB_ACTIONS") else Log()
    chosen: Optional[Service] = None
    settings: Optional[Settings] = None
    try:
        settings = parse(arguments, os.environ)
        chosen = service(settings)
        log = chosen.log
        return _steps(settings, chosen)
    except Failure as failure:
        log.fail(str(failure))
        if chosen is not None and settings is not None and settings.step != "report":
            chosen.failed(settings)
        return _check.COULD_NOT_RUN


def _steps(settings: Settings, chosen: Service) -> int:
    if settings.step == "report":
        reports = Path(settings["reports"])
        outcome = _check.kept(reports)
        chosen.report(settings, outcome, reports)
        return 0
    repository = Repository(settings["repository"], os.environ)
    reports = _check.folder(settings, repository, chosen.temporary)
    sides = _named(settings, repository) or chosen.sides(repository)
    if sides.note:
        chosen.log.say(sides.note)
    if sides.base == sides.head:
        chosen.log.notice(f"the base and the head are one commit, `{sides.base}`: nothing is compared")
    chosen.log.say(f"comparing {sides.base} with {sides.head}")
    outcome = _check.run(settings, repository, sides, reports, chosen.log)
    chosen.checked(outcome, reports)
    if settings.step == "check":
        return 0  # the outcome is kept, and later steps go on with it
    chosen.report(settings, outcome, reports)
    return outcome.exit_code


def _named(settings: Settings, repository: Repository) -> Optional[_sides.Sides]:
    if settings["base"]:
        return _sides.given(repository, settings["base"], settings["head"])
    if settings["head"]:
        raise Failure(f"a head was named without a base; {_sides.NAME_THE_BASE}")
    return None
