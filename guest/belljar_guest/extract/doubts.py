"""Reasons why something is not exact."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Table

from .. import frames
from ..channel import Skip
from ..libraries import compatibility
from ..libraries.known_mixins import brings_no_columns
from ..load import runtime_changes
from ..load.callees import Search
from ..load.lost_effects import may_change_tables
from ..stand_in import escaped_objects, hooks, known_answers
from ..stand_in.ledger import Ledger
from ..stand_in.sqlalchemy_patches import StandInType, notes_of
from ..stand_in.value import MARK, OPEN, StandIn, lost_bases, origin_of
from .source_spans import Span, Spans
from .sql import depends_on_escapes
from .taint import Cause, Taint

#: The number of lines that a column is assumed to span.
_LINES_OF_COLUMN = 10

#: The code for a value that differs in every run.
AT_IMPORT = "taken-at-import"


def _origin_of_maker(value: Any) -> str | None:
    """The origin of the absent function or class that created a value: such an attribute may be a column."""
    if isinstance(value, StandIn):
        origin = origin_of(value)
        return origin if origin and origin.endswith("()") else None
    return None if isinstance(value, type) else next(iter(lost_bases(type(value))), None)


def _of_lost_base(origin: str) -> Iterator[frames.Reason]:
    message = f"base class `{origin}` is absent; what it adds is not known"
    yield frames.Reason("lost-base", message, origin)
    if known_answers.makes_tables(origin):
        yield escaped_objects.further_tables_reason(f"base class `{origin}`", origin)


#: Attributes by which a class asks a library to create a table for it.
_VERSION_MARK = re.compile(r"__(version|histor|audit|translat|revision|journal|track|archiv)\w*__")


def _follow_escapes(taint: Taint, ledger: Ledger) -> None:
    """Doubt the tables that were passed to absent functions."""
    for item, origin, place in ledger.escapes():
        if isinstance(item, type) and known_answers.makes_tables(origin):
            name = f"{origin.removesuffix('()')}()"
            ledger.report_unresolved(name, escaped_objects.further_tables_reason(f"`{name}`", origin), place)
        where = f"line {place.line} of `{place.path}`" if place else "a call"
        text = f"{where}, which passes it to `{origin}`, which is absent and may add to it"
        for one in escaped_objects.tables_of(item):
            taint.add_change(one, Cause("handed-over", text, origin))


#: SQLAlchemy's error for a table that the `MetaData` already has.
_DECLARED = re.compile(r"InvalidRequestError: Table '(.+?)' is already defined for this MetaData instance")


def _follow_declared(taint: Taint, skipped: dict[str, list[Skip]], tables: list[Any]) -> None:
    """Doubt tables that another statement declares too: the order of imports decides which of them counts."""
    for path, skips in sorted(skipped.items()):
        for skip in skips:
            found = _DECLARED.search(skip.text)
            name = found[1] if found else None
            for table in tables:
                place = notes_of(table).place
                is_same = place and place.path == path and skip.first <= place.line <= skip.last
                if str(table.key) == name and not is_same:
                    refused = f"line {skip.first} of `{path}` declares it too, and was refused"
                    text = f"which declaration is imported first: {refused}"
                    taint.add_change(table, Cause("declared-twice", text, None))


def _follow_hooks(taint: Taint, tables: list[Any]) -> None:
    """Doubt the tables of failed hooks."""
    for failed in hooks.failures():
        where = f"line {failed.place.line} of `{failed.place.path}`" if failed.place else "a hook"
        text = f"{where}, which SQLAlchemy calls while it creates tables, and which failed: {failed.text}"
        for table in tables if failed.tables is None else failed.tables:
            taint.add_change(table, Cause("statement-skipped", text, None))


def _follow_runtime_changes(taint: Taint, ledger: Ledger, tables: list[Any]) -> None:
    """Doubt the tables that code may change after the imports."""
    metadata = {id(table.metadata): table.metadata for table in tables if isinstance(table, Table)}
    for one in runtime_changes.find_changes(ledger.places, metadata.values()):
        for table in tables if one.tables is None else one.tables:
            taint.add_change(table, Cause("changed-later", one.text, None))


class Doubts:
    """Collects the doubts of a run."""

    def __init__(self, ledger: Ledger, skipped: dict[str, list[Skip]], spans: Spans) -> None:
        """Take the ledger of the run, the skipped statements by path, and the spans of statements."""
        self._ledger = ledger
        self._skipped = skipped
        self._spans = spans
        self._taint: Taint | None = None
        self._path = re.compile(r"(?<![\w/.:-])" + re.escape(ledger.places.prefix))
        self._home = re.compile(rf"(?<![\w/.:-]){re.escape(ledger.home or '/')}(?![\w.-])")

    def follow(self, taint: Taint, tables: list[Any]) -> None:
        """Determine how far guesses and failures reach, after everything has run."""
        for path, skips in sorted(self._skipped.items()):
            for skip in skips:
                text = f"line {skip.first} of `{path}`, which failed: {skip.text}"
                taint.add_failure(path, skip.first, skip.names, Cause("statement-skipped", text, None))
        for (path, line), guess in sorted(self._ledger.guesses.items()):
            text = (
                f"line {line} of `{path}`, which uses the {guess.kind} of `{guess.origin}`, which is absent"
            )
            taint.add_guess(path, line, Cause("guess", text, guess.origin))
        for (path, line), origin in sorted(self._ledger.varying_values.items()):
            text = f"line {line} of `{path}`, which uses `{origin}` at import: its value differs in every run"
            taint.add_guess(path, line, Cause(AT_IMPORT, text, None))
        for path, modules in sorted(self._ledger.attempts.items()):
            absent = frozenset(module for module in modules if self._ledger.absence_of(module))
            if absent:
                taint.add_attempts(path, absent)
        _follow_escapes(taint, self._ledger)
        _follow_declared(taint, self._skipped, [table for table in tables if isinstance(table, Table)])
        _follow_hooks(taint, tables)
        _follow_runtime_changes(taint, self._ledger, tables)
        # One is reason enough for every table, and each check is expensive.
        search = Search()
        failed = (left for left in self._ledger.failed_statements if may_change_tables(left, search))
        for left in islice(failed, 1):
            place = f"line {left.line} of `{left.path}`"
            where = f"{place}, which failed and calls code that may change tables: {left.text}"
            for table in tables:
                taint.add_change(table, Cause("statement-skipped", where, None))
        taint.spread(tables)
        self._taint = taint

    def set_taint(self, taint: Taint) -> None:
        """Use doubts that were spread already."""
        self._taint = taint

    def source(self, place: frames.Place | None) -> str:
        """The lines from a place on that may belong to a column."""
        return self._spans.read_lines(place.path, place.line, _LINES_OF_COLUMN) if place is not None else ""

    def of_statements(self, item: Any, table: Any = None) -> list[frames.Reason]:
        """Doubts about a table or column from what its statements depend on."""
        return self._taint.find_reasons(item, table) if self._taint else []

    def distinct(self, reasons: Iterable[frames.Reason]) -> list[frames.Reason]:
        """Each reason once, sorted."""
        found = {(item.code, item.message): item for item in reasons}
        return [found[key] for key in sorted(found)]

    def of_texts(self, texts: Iterable[str | None]) -> list[frames.Reason]:
        """A reason for each mark of a stand-in in the texts."""
        found = [text for text in texts if text]
        if not found or self._is_clean("\n".join(found)):
            return []
        reasons = [
            frames.Reason("stand-in-value", f"`{origin}` is absent and is part of it", origin)
            for text in found
            for origin in MARK.findall(text)
        ]
        paths = [self._path, *([self._home] if self._ledger.took_home else [])]
        if any(path.search(text) for path in paths for text in found):
            reasons.append(frames.Reason(AT_IMPORT, "the path of a file on the machine is part of it", None))
        return reasons

    def _is_clean(self, text: str) -> bool:
        """Whether texts contain neither a mark nor a path, as nearly all of them; some of the others are not clean."""
        if OPEN in text or "\\" in text or "%" in text or self._ledger.places.prefix in text:
            return False
        return not self._ledger.took_home or (self._ledger.home or "/") not in text

    def of_escapes(self, expressions: Iterable[Any]) -> list[frames.Reason]:
        """A doubt if the text of an expression depends on a setting of the server."""
        message = "the escaping of backslashes in its literals depends on the server's `standard_conforming_strings`"
        found = any(depends_on_escapes(item) for item in expressions)
        return [frames.Reason("server-setting", message, None)] if found else []

    def of_type(self, column_type: Any, frame: frames.ColumnType) -> list[frames.Reason]:
        """Doubts about a type that is absent, has absent arguments, or derives from something absent."""
        if isinstance(column_type, StandInType):
            message = f"its type is `{column_type.origin}`, which is absent"
            return [frames.Reason("stand-in-type", message, column_type.origin)]
        inner = getattr(column_type, "impl", None) or getattr(column_type, "item_type", None)
        if isinstance(inner, StandInType):
            return [
                frames.Reason(
                    "stand-in-type", f"its type is based on `{inner.origin}`, which is absent", inner.origin
                )
            ]
        lost = lost_bases(type(column_type))
        if lost:
            return [
                frames.Reason("stand-in-type", f"its type is based on `{lost[0]}`, which is absent", lost[0])
            ]
        found = []
        for name, value in sorted(vars(column_type).items()):
            origin = origin_of(value) if isinstance(value, StandIn) else None
            if isinstance(value, type):  # an enumeration
                origin = next(iter(lost_bases(value)), None)
            if origin:
                found.append(
                    frames.Reason("stand-in-type", f"`{name}` of its type is taken from `{origin}`", origin)
                )
        found += compatibility.doubts(type(column_type).__mro__)
        return found + self.of_texts([frame.repr, *(entry.value for entry in frame.ddl)])

    def of_reference(self, column: Any) -> list[frames.Reason]:
        """Doubts about a column whose type is that of a column that does not exist."""
        if type(column.type).__name__ != "NullType" or not column.foreign_keys:
            return []
        message = "it has the type of the column that it refers to, which does not exist"
        return [frames.Reason("unknown-type", message, None)]

    def of_class(self, cls: type) -> list[frames.Reason]:
        """Doubts about a table whose class has absent bases, or attributes that something absent created."""
        bases = [
            reason
            for origin in lost_bases(cls)
            if not brings_no_columns(origin)
            for reason in _of_lost_base(origin)
        ]
        attributes = [
            frames.Reason(
                "stand-in-attribute",
                f"`{name}` is created by `{origin}`, which is absent; it may be a column",
                origin,
            )
            for base in cls.__mro__
            for name, value in vars(base).items()
            if not name.startswith("_") and (origin := _origin_of_maker(value))
        ]
        marks = [
            escaped_objects.further_tables_reason(f"`{origin}()`, which its `{name}` is meant for,", origin)
            for origin in self._ledger.table_makers[:1]
            for name in sorted(
                name for base in cls.__mro__ for name in vars(base) if _VERSION_MARK.fullmatch(name)
            )
        ]
        return bases + attributes + marks + list(compatibility.doubts(cls.__mro__))

    def of_declaration(self, item: Any, span: Span | None = None) -> list[frames.Reason]:
        """Doubts about declared lines: statements that were skipped and guesses made there.

        The lines are those of the statement that created the item, determined only if there is a doubt in its file.
        """
        path = span[0] if span else self._spans.path_of(item)
        skipped = self._skipped.get(path or "", [])
        guesses = sorted((line, it) for (where, line), it in self._ledger.guesses.items() if where == path)
        span = (span or self._spans.find_span(item)) if skipped or guesses else None
        if span is None:
            return []
        _, first, last = span
        return [
            frames.Reason("statement-skipped", f"line {skip.first} failed: {skip.text}", None)
            for skip in skipped
            if first <= skip.last and skip.first <= last
        ] + [
            frames.Reason(
                "guess",
                f"line {line} depends on the {guess.kind} of `{guess.origin}`, which is absent",
                guess.origin,
            )
            for line, guess in guesses
            if first <= line <= last
        ]
