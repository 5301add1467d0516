"""The steps of the versions that are judged: each statement, with the tables that it may change before and after it."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from .. import frames
from ..extract.sql import safe_text
from . import statements
from .building import build
from .enumerations import enum_columns
from .state import TableState

#: The most steps of one version; a loop may execute any number of statements.
_MOST = 400

#: The longest text of a statement.
_LONGEST_TEXT = 20_000

#: Operations that change one table and nothing else, so that what is known of the others stays true.
_OF_ONE_TABLE = frozenset(
    {
        *(
            "create_table",
            "add_column",
            "create_index",
            "drop_index",
            "create_foreign_key",
            "drop_constraint",
        ),
        *(
            "create_unique_constraint",
            "create_check_constraint",
            "create_primary_key",
            "create_table_comment",
        ),
        *("bulk_insert",),
    }
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table at one time, in a `MetaData` of its own."""

    label: str
    table: Any
    metadata: Any


@dataclass
class Step:
    """A statement: what it is, how it is carried out, and the tables that it may change."""

    revision: str
    kind: str
    table: str | None = None
    name: str | None = None
    text: str | None = None
    flags: set[str] = field(default_factory=set)
    place: frames.Place | None = None
    before: list[Snapshot] = field(default_factory=list)
    after: list[Snapshot] = field(default_factory=list)
    #: Whether it is made of other steps, which are recorded themselves.
    is_made_of_others: bool = False


class Steps:
    """The steps of one recording."""

    def __init__(self, recording: Any) -> None:
        """Begin without any."""
        self._recording = recording
        #: Whether the running version is judged.
        self.is_judging = False
        self._count = 0
        self._open: list[Step] = []
        self._known: dict[int, Snapshot] = {}
        self._labels = 0
        self.found: list[Step] = []
        #: How many blocks outside of a transaction are open.
        self.autocommit = 0
        #: Whether a statement has ended the transaction of the version.
        self.is_committed = False

    def begin(self, *, is_judged: bool) -> None:
        """Begin a version."""
        self.is_judging = is_judged
        self._count = 0
        self._open.clear()
        self._known.clear()
        self.autocommit, self.is_committed = 0, False

    @contextlib.contextmanager
    def outside_of_transaction(self) -> Iterator[None]:
        """Run a block of a version outside of its transaction."""
        self.autocommit += 1
        try:
            yield
        finally:
            self.autocommit -= 1

    def asked(self, question: str, place: frames.Place | None = None) -> None:
        """Note that the version asks for rows: there are none here, and what it would do with them is not known."""
        if self.is_judging and self._count < _MOST:
            step = Step(self._recording.revision, "question", text=safe_text(question)[:_LONGEST_TEXT])
            step.place = self._recording.place() or place
            self._count += 1
            self.found.append(step)

    @contextlib.contextmanager
    def step(self, step: Step, tables: Callable[[], Iterable[TableState]]) -> Iterator[None]:
        """Record a step while it is applied; `tables` gives those that it may change."""
        if not self.is_judging or self._count >= _MOST:
            yield
            return
        recording = self._recording
        for around in self._open:
            around.is_made_of_others = True
        step.revision, step.place = recording.revision, recording.place()
        if self.autocommit or self.is_committed:
            step.flags.add("autocommit")
        candidates = _distinct(tables())
        before = set(map(id, recording.state.tables.values()))
        step.before = self._snapshots(step, [it for it in candidates if id(it) in before])
        doubts = self._doubts(candidates)
        self._open.append(step)
        try:
            yield
        finally:
            self._open.pop()
            if not step.is_made_of_others:
                self._finish(step, candidates, before, doubts)

    def _finish(self, step: Step, candidates: list[TableState], before: set[int], doubts: int) -> None:
        """Note what a step leaves."""
        present = list(self._recording.state.tables.values())
        kept = [it for it in candidates if any(it is other for other in present)]
        new = [it for it in present if id(it) not in before and not any(it is other for other in kept)]
        if step.kind in _OF_ONE_TABLE:
            for state in kept:
                self._known.pop(id(state), None)
        else:
            self._known.clear()
        step.after = self._snapshots(step, [*kept, *new])
        if self._doubts(candidates) + self._doubts(new, alone=True) > doubts:
            step.flags.add("doubt")
        self._count += 1
        self.found.append(step)

    def _doubts(self, tables: Iterable[TableState], *, alone: bool = False) -> int:
        of_schema = 0 if alone else len(self._recording.state.reasons)
        return of_schema + sum(len(table.reasons) for table in tables)

    def _snapshots(self, step: Step, tables: Iterable[TableState]) -> list[Snapshot]:
        found = []
        for state in tables:
            known = self._known.get(id(state)) or self._snapshot(state)
            if known is None:
                step.flags.add("doubt")
                continue
            self._known[id(state)] = known
            found.append(known)
        return found

    def _snapshot(self, state: TableState) -> Snapshot | None:
        metadata: Any = sa.MetaData()
        try:
            table = build(state, metadata)
        except Exception:  # a table that SQLAlchemy refuses
            return None
        self._labels += 1
        return Snapshot(f"step {self._labels}", table, metadata)


def _distinct(tables: Iterable[TableState]) -> list[TableState]:
    return list({id(table): table for table in tables}.values())


def of_operation(operation: Any, kind: str, table: str | None, name: str | None) -> Step:
    """The step of an operation of Alembic."""
    given = vars(operation)
    options = {**(given.get("kw") or {}), **(given.get("dialect_kw") or {})}
    flags = set()
    if options.get("postgresql_concurrently"):
        flags.add("concurrently")
    if options.get("postgresql_not_valid"):
        flags.add("not-valid")
    if options.get("postgresql_using") and kind == "alter_column":
        flags.add("using")
    if given.get("if_not_exists") or given.get("if_exists"):
        flags.add("repeatable")
    return Step(
        "",
        kind,
        None if table is None else safe_text(table),
        None if name is None else safe_text(name),
        flags=flags,
    )


def of_statement(text: str) -> Step:
    """The step of a statement."""
    return Step("", "statement", text=safe_text(text)[:_LONGEST_TEXT])


def tables_of_operation(recording: Any, operation: Any) -> Iterator[TableState]:
    """The tables that an operation may change."""
    given = vars(operation)
    name = given.get("table_name") or given.get("source_table")
    schema_name = given.get("schema") or given.get("source_schema")
    if isinstance(given.get("kw"), dict):
        schema_name = schema_name or given["kw"].get("source_schema")
    found = recording.state.get(name, schema_name) if name is not None else None
    if found is not None:
        yield found
    index = given.get("index_name")
    if index is not None and found is None:
        for table in recording.state.tables.values():
            if table.find(str(index), ("index", "unique")):
                yield table


#: Statements on objects that belong to no table and have no columns of tables among them.
_NAMES_A_TYPE = re.compile(r"\s*(?:ALTER|DROP)\s+TYPE\b", re.IGNORECASE)


def tables_of_statement(recording: Any, text: str) -> Iterator[TableState]:
    """The tables that a statement may change; one on data changes none."""
    words = statements.first_words(text, 1)
    if not words or words[0] in statements.DATA | statements.QUERIES | statements.SETTINGS:
        return
    yield from recording.state.named(text)
    if _NAMES_A_TYPE.match(text):
        for word in set(re.findall(r"\w+", text)):
            for table, _, _ in enum_columns(recording, word):
                yield table
    if words[0] in ("ALTER", "DROP") and "INDEX" in statements.first_words(text, 2):
        for table in recording.state.tables.values():
            if any(item.name and item.name in text for item in table.all_items()):
                yield table
