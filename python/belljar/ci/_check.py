"""Runs `belljar check`, and keeps what it came to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from belljar import _program
from belljar.ci._git import Repository
from belljar.ci._log import Failure, Log
from belljar.ci._settings import MANY, Settings
from belljar.ci._sides import Sides
from belljar.errors import ProgramNotFoundError

# What a run is kept in for the next step; the name of each format's file.
OUTCOME = "belljar-outcome.json"
REPORTS = {
    "markdown": "belljar.md",
    "json": "belljar.json",
    "sarif": "belljar.sarif",
    "junit": "belljar-junit.xml",
    "gitlab": "gl-code-quality-report.json",
}
_VERDICTS = {0: "passed", 1: "failed"}
COULD_NOT_RUN = 2
# All that the program may see of the environment: no token is among it.
_PASSED_ON = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "TZ",
    "TMPDIR",
    "SUDO_UID",
    "NO_COLOR",
    "RUST_BACKTRACE",
)
_PASSED_ON_PREFIXES = ("LC_", "XDG_", "BELLJAR_")
# Notifications need secrets, so a step of its own sends them: `belljar notify`.
_KEPT_BACK = ("BELLJAR_CI_", "BELLJAR_TOKEN", "BELLJAR_NOTIFY")


@dataclass(frozen=True)
class Outcome:
    """What a check came to."""

    exit_code: int
    verdict: str
    """`passed`, `failed`, or `error` if nothing could be checked."""
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    base: str = ""
    head: str = ""

    @property
    def findings(self) -> int:
        """The number of findings, whatever their severity."""
        return self.errors + self.warnings + self.notes


def folder(settings: Settings, repository: Repository, temporary: str) -> Path:
    """The folder for reports: a new one, or one that was named, in which such files of the change are removed."""
    if not settings["reports"]:
        return Path(tempfile.mkdtemp(prefix="belljar.", dir=temporary or None))
    named = Path(os.path.normpath(repository.root / settings["reports"]))
    if os.path.realpath(named.parent) != str(named.parent):
        raise Failure(f"the folder for reports, `{settings['reports']}`, is reached through a link")
    if named.is_symlink():
        named.unlink()
    named.mkdir(parents=True, exist_ok=True)
    for name in (*REPORTS.values(), OUTCOME):
        path = named / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.exists():
            path.unlink()
    return named


def run(settings: Settings, repository: Repository, sides: Sides, reports: Path, log: Log) -> Outcome:
    """Runs the check; its standard output is that of this job."""
    with tempfile.TemporaryDirectory(prefix="belljar.") as scratch:
        command = [
            _find(settings),
            "check",
            f"rev:{sides.base}",
            f"rev:{sides.head}",
            f"--repo={repository.folder(settings['path'])}",
            f"--config-from={settings['config-from']}",
            f"--format={'github' if settings.service == 'github' else 'text'}",
            *(f"--report={form}={reports / name}" for form, name in REPORTS.items()),
            *(f"--{name}={settings[name]}" for name in ("fail-on", "config") if settings[name]),
            *_artefacts(settings, repository, Path(scratch), log),
            *settings.options,
        ]
        try:
            code = subprocess.run(  # noqa: S603 no shell
                command, env=_environment(os.environ), check=False, stdin=subprocess.DEVNULL
            ).returncode
        except (OSError, ValueError) as error:
            raise Failure(f"`{command[0]}` can't be started: {error}") from error
    outcome = _outcome(code, sides, reports)
    (reports / OUTCOME).write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    return outcome


def kept(reports: Path) -> Outcome:
    """What an earlier step came to."""
    try:
        return Outcome(**json.loads((reports / OUTCOME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Failure(f"there is no result of a check in `{reports}`") from error


def _find(settings: Settings) -> str:
    named = settings["program"]
    try:
        # A name alone is looked up, and a path is a path.
        return _program.find((shutil.which(named) or named) if named else None)
    except ProgramNotFoundError as error:
        raise Failure(str(error)) from error


def _environment(environment: Mapping[str, str]) -> Dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if (name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)) and not name.startswith(_KEPT_BACK)
    }


def _artefacts(settings: Settings, repository: Repository, scratch: Path, log: Log) -> List[str]:
    """Files that are not in git. A file of the change itself is one that the change can rewrite."""
    many: Dict[str, Sequence[str]] = dict(settings.many)
    catalog = settings["dbt-catalog"]
    for name, paths in (*many.items(), ("dbt-catalog", [catalog] if catalog else [])):
        for path in paths:
            if repository.tracks(path):
                log.notice(
                    f"`{path}` ({name}) is a file of the change, which can rewrite it: name it in `[downstream]` of "
                    f"belljar.toml, then that of the base counts"
                )
    if catalog:
        many["dbt"] = [_joined(many["dbt"], catalog, scratch)]
    return [f"--{name}={path}" for name in MANY for path in many[name]]


def _joined(manifests: Sequence[str], catalog: str, scratch: Path) -> str:
    """A manifest with its catalog beside it, which is where it is read."""
    if len(manifests) != 1:
        raise Failure("a catalog of dbt needs the one manifest that it belongs to")
    try:
        shutil.copyfile(manifests[0], scratch / "manifest.json")
        shutil.copyfile(catalog, scratch / "catalog.json")
    except OSError as error:
        raise Failure(f"the manifest or the catalog of dbt can't be read: {error}") from error
    return str(scratch / "manifest.json")


def _outcome(code: int, sides: Sides, reports: Path) -> Outcome:
    counts = _counts(reports / REPORTS["json"])
    if code not in _VERDICTS:
        code = COULD_NOT_RUN
    errors, warnings, notes = counts
    return Outcome(code, _VERDICTS.get(code, "error"), errors, warnings, notes, sides.base, sides.head)


def _counts(path: Path) -> Tuple[int, int, int]:
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        summary = document["summary"]
        return tuple(int(summary[name]) for name in ("errors", "warnings", "notes"))  # type: ignore[return-value]
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0, 0
