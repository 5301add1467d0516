"""The pytest plug-in: fixtures (`belljar_schema`, `belljar_verdict`), and with `--belljar` tests that are ready to use.

It does nothing until a test asks for a fixture or the command line for the tests: the package is imported no earlier,
since pytest loads this module in every run.
"""

from __future__ import annotations

import fnmatch
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Union

import pytest

if TYPE_CHECKING:
    import belljar

MOST_LISTED = 100


class Failure(Exception):  # noqa: N818 what pytest shows is its text
    """Why a test fails, for people."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and settings."""
    group = parser.getgroup("belljar", "the schema of SQLAlchemy models")
    group.addoption("--belljar", action="store_true", help="run Belljar's ready-made tests too")
    group.addoption(
        "--belljar-base", metavar="REV", help="the git revision to compare with; asks for the tests too"
    )
    group.addoption(
        "--belljar-path", metavar="DIR", help="the directory with the models, from the root directory on"
    )
    group.addoption("--belljar-program", metavar="FILE", help="the program belljar")
    parser.addini("belljar_base", "the git revision to compare with")
    parser.addini("belljar_path", "the directory with the models, from the root directory on", default=".")
    parser.addini(
        "belljar_tests",
        f"the ready-made tests to run; default: {' '.join(TESTS)}",
        type="args",
        default=[*TESTS],
    )
    parser.addini(
        "belljar_undescribed", "patterns of tables that need no comment or owner", type="args", default=[]
    )
    parser.addini(
        "belljar_require_base",
        "a base that is not there fails instead of skipping",
        type="bool",
        default=False,
    )
    parser.addini(
        "belljar_allow_incomplete", "take a schema of which parts were lost", type="bool", default=False
    )
    parser.addini("belljar_timeout", "seconds that a run of the program may take", default="600")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the mark, and refuses tests that are not there."""
    config.addinivalue_line("markers", "belljar: a ready-made test of Belljar's")
    unknown = sorted(set(config.getini("belljar_tests")) - set(TESTS))
    if unknown:
        raise pytest.UsageError(
            f"belljar_tests: there is no test `{unknown[0]}`; there are {', '.join(TESTS)}"
        )
    config.stash[PROJECT] = Project(config)


class Project:
    """What is looked at, read when it is first asked for."""

    def __init__(self, config: pytest.Config) -> None:
        path = config.getoption("--belljar-path") or config.getini("belljar_path")
        self.path: Path = config.rootpath / path
        self.base: Optional[str] = config.getoption("--belljar-base") or config.getini("belljar_base") or None
        self.program: Optional[str] = config.getoption("--belljar-program")
        self.requires_base = bool(config.getini("belljar_require_base"))
        self.allows_incomplete = bool(config.getini("belljar_allow_incomplete"))
        self.undescribed: List[str] = config.getini("belljar_undescribed")
        try:
            self.timeout = float(config.getini("belljar_timeout"))
        except ValueError:
            raise pytest.UsageError("belljar_timeout: it is no number of seconds") from None
        self._known: Dict[str, Any] = {}

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, or its error, each time the same."""
        from belljar.errors import BelljarError

        if name not in self._known:
            try:
                self._known[name] = make()
            except (BelljarError, Failure) as error:
                self._known[name] = error
        if isinstance(self._known[name], Exception):
            raise self._known[name]
        return self._known[name]

    def schema(self) -> belljar.Schema:
        """The schema as the files are."""
        found: belljar.Schema = self._once("schema", self._extract)
        return found

    def _extract(self) -> belljar.Schema:
        import belljar

        allowed = self.allows_incomplete
        return belljar.extract(
            self.path, allow_incomplete=allowed, program=self.program, timeout=self.timeout
        )

    def verdict(self) -> belljar.Verdict:
        """What the rules say to what changed since the base; skips the test where there is no base."""
        found: belljar.Verdict = self._once("verdict", self._check)
        return found

    def _check(self) -> belljar.Verdict:
        import belljar

        base = self.base or ""
        side = base if ".." in base else f"rev:{base}"
        try:
            return belljar.check(
                side, repo=self.path, raise_on_findings=True, program=self.program, timeout=self.timeout
            )
        except belljar.FindingsError as error:
            self._known["report"] = str(error)
            verdict: belljar.Verdict = error.document
            return verdict

    def report(self) -> str:
        """What the program says to a change that does not pass."""
        return str(self._known.get("report", ""))

    def demand_base(self) -> None:
        """Skips the test where there is nothing to compare with, or fails where that was asked for."""
        why = self._once("base", lambda: _why_no_base(self.path, self.base))
        if why and self.requires_base:
            raise Failure(f"{why} (belljar_require_base is set)")
        if why:
            pytest.skip(why)


PROJECT = pytest.StashKey[Project]()


def _why_no_base(path: Path, base: Optional[str]) -> Optional[str]:
    """Why there is nothing to compare with; nothing where there is, or where git can't say."""
    from belljar.errors import visible

    if not base:
        return "there is no base to compare with: give `--belljar-base REV`, or set `belljar_base`"
    try:
        shallow = _git(path, "rev-parse", "--is-shallow-repository")
        if shallow.returncode != 0:
            said = (shallow.stderr.strip().splitlines() or ["git says nothing"])[0]
            return f"the git history of `{path}` can't be read: {visible(said)}"
        names = [name or "HEAD" for name in base.replace("...", "..").split("..")]
        known = [
            _git(path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            for name in names
        ]
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None  # without git the program itself says what it finds
    missing = [name for name, found in zip(names, known) if found.returncode != 0]
    if not missing:
        return None
    if shallow.stdout.strip() == "true":
        return f"the git history is shallow, and `{visible(missing[0])}` is not in it: fetch it (`fetch-depth: 0`)"
    return f"`{visible(missing[0])}` names no commit of this clone: check the spelling, or `git fetch` it"


def _git(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(  # noqa: S603
        ["git", "-C", str(path), *arguments],  # noqa: S607 the machine's git, as for everything else here
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        timeout=60,
        env={**environment, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"},
    )


@pytest.fixture(scope="session")
def belljar_schema(pytestconfig: pytest.Config) -> belljar.Schema:
    """The schema that the models of `belljar_path` declare."""
    from belljar.errors import BelljarError

    try:
        return pytestconfig.stash[PROJECT].schema()
    except BelljarError as error:
        return pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def belljar_verdict(pytestconfig: pytest.Config) -> belljar.Verdict:
    """What `belljar check` says to what changed since the base; the test is skipped where there is none."""
    from belljar.errors import BelljarError

    project = pytestconfig.stash[PROJECT]
    try:
        project.demand_base()
        return project.verdict()
    except (BelljarError, Failure) as error:
        return pytest.fail(str(error), pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: List[pytest.Item]
) -> None:
    """Adds the ready-made tests, before others leave out what was not asked for."""
    if not (config.getoption("--belljar") or config.getoption("--belljar-base")):
        return
    group = Group.from_parent(session, name="belljar", nodeid="belljar")
    wanted = config.getini("belljar_tests")
    items.extend(ReadyMade.from_parent(group, name=name) for name in TESTS if name in wanted)


class Group(pytest.Collector):
    """What the ready-made tests are below."""

    def collect(self) -> List[Union[pytest.Item, pytest.Collector]]:
        """Nothing besides: they are added when all else is collected."""
        return []


class ReadyMade(pytest.Item):
    """One of `TESTS`."""

    def __init__(self, *, name: str, parent: Group, **more: Any) -> None:
        super().__init__(name, parent, **more)
        self.add_marker("belljar")

    def runtest(self) -> None:
        """Runs it."""
        TESTS[self.name](self.config.stash[PROJECT])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The text alone, of what this module or the program says."""
        from belljar.errors import BelljarError

        if isinstance(excinfo.value, (Failure, BelljarError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> Any:
        """Where it is, for reports."""
        return self.path, None, f"belljar::{self.name}"


def no_dangerous_change(project: Project) -> None:
    """What changed since the base passes `belljar check`."""
    from belljar.errors import visible

    project.demand_base()
    verdict = project.verdict()
    if not verdict.compared:
        raise Failure("the base could not be compared with")
    if not verdict.passed:
        raise Failure(visible(project.report().strip()))


def tables_described(project: Project) -> None:
    """Every table has a comment, or an owner in CODEOWNERS."""
    from belljar import _lookup, _owners
    from belljar.errors import visible

    root, owners = _owners.of_repository(project.path)
    folder = project.path.resolve()
    prefix = folder.relative_to(root).as_posix() if root in (folder, *folder.parents) else "."
    missing = []
    for table in project.schema().tables:
        name = _lookup.qualified(table)
        if table.comment or any(fnmatch.fnmatchcase(name, pattern) for pattern in project.undescribed):
            continue
        file = table.place.path if table.place else None
        inside = f"{file}" if prefix == "." else f"{prefix}/{file}"
        if file is None or owners is None or not owners.owns(inside):
            place = f"{file}:{table.place.line}: " if table.place else ""
            missing.append(f"{place}table `{name}` has no comment, and CODEOWNERS gives its file no owner")
    if missing:
        more = [f"… and {len(missing) - MOST_LISTED} more"] if len(missing) > MOST_LISTED else []
        hint = "give it `comment=`, a line in CODEOWNERS, or name it in `belljar_undescribed`"
        raise Failure(visible("\n".join([*missing[:MOST_LISTED], *more, f"hint: {hint}"])))


TESTS: Dict[str, Callable[[Project], None]] = {
    "no_dangerous_change": no_dangerous_change,
    "tables_described": tables_described,
}
