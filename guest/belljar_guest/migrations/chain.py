"""The version files of an environment: what each says about itself, and in which order they run."""

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from alembic.script.revision import Revision, RevisionMap

from .. import frames
from ..stand_in.value import StandIn


@dataclass(eq=False)
class Version:
    """A version file.

    `number` is its place in the order in which the versions run, from 1; 0 for one that does not run.
    """

    path: str
    module: ModuleType | None
    revision: str
    down: tuple[str, ...]
    depends_on: tuple[str, ...]
    labels: tuple[str, ...]
    message: str
    line: int
    is_reversible: bool
    number: int = 0
    outcome: str = "not-run"
    reasons: list[frames.Reason] = field(default_factory=list)


#: Names of a version file that place it in the chain.
_NAMES = ("revision", "down_revision", "depends_on", "branch_labels")


class Static(NamedTuple):
    """What the text of a version file says without being run."""

    values: dict[str, Any]
    line: int
    has_upgrade: bool
    is_reversible: bool
    message: str


def read_statically(source: str) -> Static | None:
    """Read the literals of a version file; `None` if it can't be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    values: dict[str, Any] = {}
    line, has_upgrade, is_reversible = 1, False, False
    for node in tree.body:
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign):
            targets, value = [node.target], node.value
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _NAMES and value is not None:
                try:
                    values[target.id] = ast.literal_eval(value)
                except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                    continue
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            line, has_upgrade = node.lineno, True
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
            is_reversible = not all(_is_empty(statement) for statement in node.body)
    message = (ast.get_docstring(tree) or "").strip().partition("\n")[0]
    return Static(values, line, has_upgrade, is_reversible, message)


def _is_empty(statement: ast.stmt) -> bool:
    """Whether a statement does nothing, or only refuses."""
    if isinstance(statement, (ast.Pass, ast.Raise)):
        return True
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def version_of(path: str, module: ModuleType | None, source: str) -> Version | None:
    """The version of a file; `None` for one that says no revision, as Alembic ignores it."""
    static = read_statically(source)
    found: dict[str, Any] = dict(static.values) if static else {}
    for name in _NAMES:
        value = vars(module).get(name) if module is not None else None
        if value is not None and not isinstance(value, StandIn):
            found[name] = value
    revision = found.get("revision")
    if not isinstance(revision, str) or not revision:
        return None
    return Version(
        path=path,
        module=module,
        revision=revision,
        down=_texts(found.get("down_revision")),
        depends_on=_texts(found.get("depends_on")),
        labels=_texts(found.get("branch_labels")),
        message=static.message if static else "",
        line=static.line if static else 1,
        is_reversible=static.is_reversible if static else True,
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(str(item) for item in value if isinstance(item, str))
    return ()


class Problem(NamedTuple):
    """Something wrong with the chain: a code, a message, the file, and the revisions that it concerns."""

    code: str
    message: str
    path: str
    line: int
    revisions: frozenset[str]


class Chain:
    """The versions in their order, the heads, and what is wrong.

    `missing` has the revisions that are named and not there, each with the versions that depend on them.
    """

    def __init__(self, versions: Iterable[Version]) -> None:
        """Put versions into their order."""
        self.problems: list[Problem] = []
        self.missing: dict[str, set[str]] = {}
        self.by_revision: dict[str, Version] = {}
        for version in versions:
            self._add(version)
        self._labels = {label for version in self.by_revision.values() for label in version.labels}
        self._drop_missing()
        circle = self._find_circle()
        if circle:
            self._report_circle(circle)
        self.order = self._sort([it for it in self.by_revision.values() if it.revision not in circle])
        for number, version in enumerate(self.order, 1):
            version.number = number
        followed = {revision for version in self.by_revision.values() for revision in version.down}
        self.heads = sorted(version.revision for version in self.order if version.revision not in followed)
        self._report_fork()

    def _add(self, version: Version) -> None:
        known = self.by_revision.setdefault(version.revision, version)
        if known is not version:
            text = f"the revision `{version.revision}` is also that of `{known.path}`, which is used"
            self._report("migration-duplicate", text, version, {version.revision})

    def _report(self, code: str, text: str, version: Version, revisions: Iterable[str]) -> None:
        self.problems.append(Problem(code, text, version.path, version.line, frozenset(revisions)))

    def _drop_missing(self) -> None:
        """Remove references to revisions that are not there."""
        for version in self.by_revision.values():
            for name in version.down:
                if name not in self.by_revision:
                    self.missing.setdefault(name, set()).add(version.revision)
                    text = f"`{version.revision}` follows the revision `{name}`, which no file has"
                    self._report("migration-missing", text, version, {version.revision})
            version.down = tuple(name for name in version.down if name in self.by_revision)
            resolved: list[str] = []
            for name in version.depends_on:
                found = self._resolve(name)
                if found:
                    resolved += found
                else:
                    self.missing.setdefault(name, set()).add(version.revision)
                    text = f"`{version.revision}` depends on `{name}`, which no file has"
                    self._report("migration-missing", text, version, {version.revision})
            version.depends_on = tuple(dict.fromkeys(resolved))

    def _resolve(self, name: str) -> list[str]:
        """The revisions that a name in `depends_on` means: a revision, the beginning of one, or a label."""
        if name in self.by_revision:
            return [name]
        label = name.partition("@")[0]
        if label in self._labels:
            return [name if name in self._labels else label]
        begun = [
            revision for revision in self.by_revision if len(name) >= _SHORTEST and revision.startswith(name)
        ]
        return begun if len(begun) == 1 else []

    def _before(self, version: Version) -> set[str]:
        """The revisions that have to run before a version."""
        labelled = [
            other.revision
            for other in self.by_revision.values()
            if set(other.labels) & set(version.depends_on) and other is not version
        ]
        return {*version.down, *(name for name in version.depends_on if name in self.by_revision), *labelled}

    def _find_circle(self) -> set[str]:
        """The revisions in a circle or behind one."""
        waiting = {version.revision: self._before(version) for version in self.by_revision.values()}
        ready = [revision for revision, before in waiting.items() if not before]
        followers: dict[str, list[str]] = {}
        for revision, before in waiting.items():
            for name in before:
                followers.setdefault(name, []).append(revision)
        while ready:
            done = ready.pop()
            del waiting[done]
            for revision in followers.get(done, ()):
                waiting[revision].discard(done)
                if not waiting[revision] and revision in waiting:
                    ready.append(revision)
        return set(waiting)

    def _report_circle(self, circle: set[str]) -> None:
        names = ", ".join(f"`{name}`" for name in sorted(circle)[:8])
        first = self.by_revision[min(circle)]
        self._report(
            "migration-circle", f"these revisions follow each other in a circle: {names}", first, circle
        )

    def _report_fork(self) -> None:
        """Report heads of one tree of versions that no label distinguishes: `upgrade head` refuses them."""
        behind = {head: self._behind(head) for head in self.heads}
        for number, head in enumerate(self.heads):
            others = [
                other
                for other in self.heads[:number]
                if behind[head] & behind[other]
                and self._labels_of(behind[head]) == self._labels_of(behind[other])
            ]
            if others:
                text = (
                    f"`{others[0]}` and `{head}` are both heads, and no branch label distinguishes them, so that "
                    "`alembic upgrade head` fails; `alembic merge heads` joins them"
                )
                self._report("migration-heads", text, self.by_revision[head], {head, *others})

    def _behind(self, revision: str) -> set[str]:
        """A revision, and those that it follows, directly or not."""
        found: set[str] = set()
        waiting = [revision]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.by_revision[name].down
        return found

    def _labels_of(self, revisions: set[str]) -> set[str]:
        """The labels of some revisions."""
        return {label for revision in revisions for label in self.by_revision[revision].labels}

    def _sort(self, versions: list[Version]) -> list[Version]:
        """The order in which Alembic would run the versions."""
        try:
            revisions = RevisionMap(lambda: [_revision(version) for version in versions])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                names = [
                    item.revision for item in revisions.iterate_revisions("heads", None, implicit_base=True)
                ]
            order = [self.by_revision[name] for name in reversed(names)]
            if len(order) == len(versions):
                return order
        except Exception:  # noqa: S110  # a chain that Alembic refuses
            pass
        return self._sort_simply(versions)

    def _sort_simply(self, versions: list[Version]) -> list[Version]:
        """An order in which every version comes after those that it follows."""
        waiting = {version.revision: self._before(version) for version in versions}
        order: list[Version] = []
        while waiting:
            ready = [revision for revision, before in waiting.items() if not before & waiting.keys()]
            if not ready:
                break
            for revision in ready:
                del waiting[revision]
                order.append(self.by_revision[revision])
        return order

    def descendants(self, revisions: Iterable[str]) -> set[str]:
        """The revisions that run after others, with these themselves."""
        found = set(revisions)
        for version in self.order:
            if self._before(version) & found:
                found.add(version.revision)
        return found


#: The shortest beginning of a revision that Alembic accepts for it.
_SHORTEST = 4


def _revision(version: Version) -> Any:
    return Revision(
        version.revision,
        version.down or None,
        dependencies=version.depends_on or None,
        branch_labels=version.labels or None,
    )
