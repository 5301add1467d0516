"""Whole DDL for a dialect, in the order in which SQLAlchemy itself would create everything."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Table, schema
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql.ddl import sort_tables_and_constraints

from .. import frames
from ..stand_in.reflection import is_reflected
from ..stand_in.value import MARK, StandIn
from .declarations import Declaration, MetaDatas, function_name
from .named_types import creator, natives
from .recording_connection import Recorder
from .sql import dialect, safe_text, statement_text
from .tables import tables_of
from .views import Views

#: The name under which everything comes that migrations make.
MIGRATIONS = "made by migrations"


def ddl_frames(
    found: MetaDatas, declared: list[Declaration], views: Views, wanted: str
) -> Iterator[frames.Ddl]:
    """The DDL of every `MetaData`, then what migrations make besides."""
    for name, metadata in found.every:
        frame = _metadata(name, metadata, declared, views, wanted)
        if frame.statements or frame.failures:
            yield frame
    migrated = [
        item for item in declared if item.creation.made_by == "migration" and wanted in item.creation.dialects
    ]
    written = [
        (item.element, statement_text(item.statement(), wanted)) for item in migrated if item.is_rendered()
    ]
    failures: list[frames.Entry] = []
    texts = [text.rstrip(";") for _, text in _known(written, failures)]
    if texts or failures:
        yield frames.Ddl(MIGRATIONS, wanted, texts, failures)


def _metadata(name: str, metadata: Any, declared: list[Declaration], views: Views, wanted: str) -> frames.Ddl:
    """The DDL of a `MetaData`; tables that the dialect can't render are named and left out."""
    own = [item for item in declared if item.metadata is metadata]
    every = tables_of(metadata)
    mapped = {id(table) for table in every if _is_mapped_view(table, views)}
    rendered, failures = [], _left_out(every, wanted)
    for table in every:
        why = _why_not(table, views, wanted)
        if why is not None:
            failures.append(frames.Entry(safe_text(table.fullname), why))
        elif id(table) not in mapped:
            rendered.append(table)
    failures += _without_targets(rendered, every)
    if mapped and not (rendered or own or metadata._sequences):
        return frames.Ddl(name, wanted, [], failures)  # no more than where a helper keeps the table of a view
    recorder = _recorder(wanted)
    try:
        metadata.create_all(recorder, tables=rendered, checkfirst=False)
        for item in own:  # what waits for a table that is a view, and so is never created
            if id(item.target) in mapped and wanted in (item.creation.dialects or [wanted]):
                recorder.execute(item.element)
    except BaseException as error:  # one of the code's own compilers may raise SystemExit
        failures.append(frames.Entry(name, _message(error)))
        recorder = _one_by_one(metadata, rendered, wanted, failures)
    statements = _in_order(list(_known(_rendered(recorder, failures), failures)))
    failures += [frames.Entry(function_name(item), _message(error)) for item, error in recorder.failures]
    return frames.Ddl(name, wanted, statements, failures)


def _left_out(tables: list[Any], wanted: str) -> list[frames.Entry]:
    """Have constraints that the dialect has no words for left out of their tables, and say so."""
    if wanted == "postgresql":
        return []
    found = []
    for table in tables:
        for item in table.constraints:
            if isinstance(item, ExcludeConstraint):
                item._create_rule = _never
                why = f"its exclusion constraint, as {wanted} has none"
                found.append(frames.Entry(safe_text(table.fullname), why))
    return sorted(found, key=lambda entry: entry.name)


def _without_targets(rendered: list[Any], every: list[Any]) -> list[frames.Entry]:
    """Have foreign keys left out that refer to tables which are not made, and say so."""
    missing = {id(table) for table in every} - {id(table) for table in rendered}
    found = []
    for table in rendered:
        for item in table.foreign_key_constraints:
            target = _target(item)
            if id(target) in missing:
                item._create_rule = _never
                why = f"its foreign key to `{safe_text(target)}`, as that table is left out"
                found.append(frames.Entry(safe_text(table.fullname), why))
    return sorted(found, key=lambda entry: (entry.name, entry.value))


def _target(item: Any) -> Any:
    """The table that a foreign key refers to, where it is there."""
    try:
        return next(iter(item.elements)).column.table
    except Exception:  # NoReferencedTableError and its like, which are told where the table is rendered
        return None


def _never(_compiler: Any) -> bool:
    return False


def _one_by_one(metadata: Any, tables: list[Any], wanted: str, failures: list[frames.Entry]) -> Recorder:
    """What can be had of each table alone, where something keeps them from being created together."""
    recorder = _recorder(wanted)
    ordered, late = _in_dependency_order(tables)
    known: set[str] = set()
    for table in ordered:
        try:
            for native in _named_types(table) if wanted == "postgresql" else ():
                statement = _render(native, wanted)
                if statement not in known:
                    known.add(statement)
                    recorder.execute(native)
            recorder.execute(schema.CreateTable(table, include_foreign_key_constraints=late.get(id(table))))
            for index in sorted(table.indexes, key=lambda item: safe_text(item.name)):
                recorder.execute(schema.CreateIndex(index))
        except Exception as error:
            failures.append(frames.Entry(safe_text(table), _message(error)))
    for table in ordered:
        for item in _sorted_keys(table) if id(table) in late else ():
            if item not in (late[id(table)] or ()):
                recorder.execute(schema.AddConstraint(item))
    return recorder


def _in_dependency_order(tables: list[Any]) -> tuple[list[Any], dict[int, Any]]:
    """Tables behind those that they refer to; by `id` the foreign keys made with a table, where not all are."""
    try:
        found = list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]
    except Exception:  # an attribute of another kind
        return tables, {}
    last = set(found[-1][1])
    ordered = [table for table, _ in found if table is not None]
    return ordered, {
        id(table): [item for item in table.foreign_key_constraints if item not in last]
        for table in ordered
        if any(item in last for item in table.foreign_key_constraints)
    }


def _sorted_keys(table: Any) -> list[Any]:
    return sorted(table.foreign_key_constraints, key=lambda item: (safe_text(item.name), item.column_keys))


def _named_types(table: Any) -> Iterator[Any]:
    """The statements that make the named types of a table's columns."""
    for column in table.columns:
        for native in natives(column.type):
            if getattr(native, "create_type", True):
                yield creator(native)


def _rendered(recorder: Recorder, failures: list[frames.Entry]) -> Iterator[tuple[Any, str]]:
    """The elements with their texts; one that has none costs no other."""
    for element, text in recorder.written():
        if isinstance(text, BaseException):
            about = getattr(element, "element", element)
            failures.append(frames.Entry(_name_of(about), _message(text)))
        else:
            yield element, text


def _known(written: Iterable[tuple[Any, str]], failures: list[frames.Entry]) -> Iterator[tuple[Any, str]]:
    """The elements whose text is known; one that something absent has a part in is named and left out."""
    for element, text in written:
        about = getattr(element, "element", element)
        name = _name_of(about)
        why = _absent([name, text])  # a long name is cut, and what was in it with it
        if why is None:
            yield element, text
        else:
            table = getattr(about, "table", None)
            part = "its comment: " if isinstance(element, _COMMENTS) else ""
            owner = f"of table `{safe_text(table.fullname)}`: " if isinstance(table, Table) else ""
            failures.append(frames.Entry(name, owner + part + why))


_COMMENTS = (schema.SetTableComment, schema.SetColumnComment)


def _absent(texts: Iterable[str]) -> str | None:
    """Why texts are not known, if something absent has a part in them."""
    found = next(filter(None, map(MARK.search, texts)), None)
    return f"`{found.group(1)}`, which is absent, has a part in it" if found else None


def _recorder(wanted: str) -> Recorder:
    def write(element: Any) -> str | BaseException:
        try:
            return _render(element, wanted)
        except BaseException as error:  # one of the code's own compilers may raise SystemExit
            return error

    return Recorder(dialect(wanted), write)


def _name_of(item: Any) -> str:
    """What a statement is about."""
    try:
        return safe_text(
            getattr(item, "fullname", None) or getattr(item, "name", None) or type(item).__name__
        )
    except Exception:  # an attribute of the repository's own making
        return type(item).__name__


def _is_mapped_view(table: Any, views: Views) -> bool:
    """Whether a table only maps a view that something else creates."""
    return id(table) in views.tables and not getattr(table, "is_view", False)


def _why_not(table: Any, views: Views, wanted: str) -> str | None:
    """Why a table has no DDL, if it has none and something else does not create it."""
    if _is_mapped_view(table, views):
        undefined = "it is a view, and the code does not say what it selects"
        return undefined if views.is_undefined(table) else None
    if is_reflected(table):
        return "what the code does not give of it is read from a database"
    try:
        made = getattr(table, "_creator_ddl", None)  # of a view it is a clause, which has no truth
        texts = [_render(schema.CreateTable(table) if made is None else made, wanted)]
        if wanted == "postgresql":  # a table can't be made without the types of its columns
            texts += [_render(item, wanted) for item in _named_types(table)]
    except BaseException as error:
        return _message(error)
    return _absent([*texts, *_given(table)])


def _given(table: Any) -> Iterator[str]:
    """The absent things that the types of its columns are given: a dialect may take one for a number."""
    for column in table.columns:
        for part in (column.type, *(vars(column.type).get(name) for name in ("impl", "item_type"))):
            values = list(getattr(part, "__dict__", {}).values())
            yield from (str(value) for value in values if issubclass(type(value), StandIn))


def _message(error: BaseException) -> str:
    """What an error says: SQLAlchemy's own speak for themselves, others with their class."""
    text = safe_text(error).partition("\n")[0]
    if " at 0x" in text:  # where it is in memory is nobody's matter
        text = "the compiler has no words for it"
    return text if type(error).__module__.startswith("sqlalchemy.") else f"{type(error).__name__}: {text}"


def _render(element: Any, wanted: str) -> str:
    return safe_text(statement_text(element, wanted)).strip()


def _in_order(collected: list[tuple[Any, str]]) -> list[str]:
    """The statements with neighbours of a kind that SQLAlchemy keeps in a set sorted: a set's order is an address."""
    statements: list[str] = []
    for kind, group in groupby(collected, key=lambda item: type(item[0])):
        texts = [text for _, text in group]
        statements += sorted(texts) if kind in _KEPT_IN_SETS else texts
    return statements


# The indexes of a table, and the foreign keys that close a cycle of tables.
_KEPT_IN_SETS = (schema.CreateIndex, schema.AddConstraint)
