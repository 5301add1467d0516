"""The complete DDL for a dialect, in the order in which SQLAlchemy itself would create everything."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Table, schema
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.sql.ddl import sort_tables_and_constraints

from .. import frames
from ..stand_in.reflection import is_reflected
from ..stand_in.value import MARK, StandIn
from .declarations import Declaration, NamedMetaData, function_name
from .named_types import create_statement, native_types
from .recording_connection import Recorder
from .sql import dialect, safe_text, statement_text
from .tables import tables_of
from .views import Views

#: The name under which objects appear that migrations create.
MIGRATIONS = "made by migrations"


def ddl_frames(
    found: NamedMetaData, declared: list[Declaration], views: Views, wanted: str
) -> Iterator[frames.Ddl]:
    """The DDL of every `MetaData`, then that of migrations."""
    for name, metadata in found.every:
        frame = _metadata_ddl(name, metadata, declared, views, wanted)
        if frame.statements or frame.failures:
            yield frame
    migrated = [
        item for item in declared if item.creation.made_by == "migration" and wanted in item.creation.dialects
    ]
    written = [
        (item.element, statement_text(item.statement(), wanted)) for item in migrated if item.is_rendered()
    ]
    failures: list[frames.Entry] = []
    texts = [text.rstrip(";") for _, text in _with_known_text(written, failures)]
    if texts or failures:
        yield frames.Ddl(MIGRATIONS, wanted, texts, failures)


def _metadata_ddl(
    name: str, metadata: Any, declared: list[Declaration], views: Views, wanted: str
) -> frames.Ddl:
    """The DDL of a `MetaData`; tables that the dialect can't render are reported and left out."""
    own = [item for item in declared if item.metadata is metadata]
    every = tables_of(metadata)
    mapped = {id(table) for table in every if _is_mapped_view(table, views)}
    rendered, failures = [], _leave_out_unsupported(every, wanted)
    for table in every:
        why = _find_problem(table, views, wanted)
        if why is not None:
            failures.append(frames.Entry(safe_text(table.fullname), why))
        elif id(table) not in mapped:
            rendered.append(table)
    failures += _leave_out_dangling_keys(rendered, every)
    of_texts = views.statements_of(metadata, wanted)
    if mapped and not (rendered or own or of_texts or metadata._sequences):
        return frames.Ddl(name, wanted, [], failures)  # a `MetaData` that only holds the table of a view
    recorder = _recorder(wanted)
    try:
        metadata.create_all(recorder, tables=rendered, checkfirst=False)
        for item in own:  # a listener of a table that is a view, and so is never created
            if id(item.target) in mapped and wanted in (item.creation.dialects or [wanted]):
                recorder.execute(item.element)
    except BaseException as error:  # a compiler of the repository may raise SystemExit
        failures.append(frames.Entry(name, _error_message(error)))
        recorder = _render_one_by_one(metadata, rendered, wanted, failures)
    statements = _in_stable_order(list(_with_known_text(_rendered_elements(recorder, failures), failures)))
    failures += [
        frames.Entry(function_name(item), _error_message(error)) for item, error in recorder.failures
    ]
    return frames.Ddl(name, wanted, statements + of_texts, failures)


def _leave_out_unsupported(tables: list[Any], wanted: str) -> list[frames.Entry]:
    """Leave out constraints that the dialect does not support, and report them."""
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


def _leave_out_dangling_keys(rendered: list[Any], every: list[Any]) -> list[frames.Entry]:
    """Leave out foreign keys whose tables are left out, and report them."""
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
    """The table that a foreign key refers to; `None` if it does not exist."""
    try:
        return next(iter(item.elements)).column.table
    except Exception:  # such as NoReferencedTableError; reported when the table is rendered
        return None


def _never(_compiler: Any) -> bool:
    return False


def _render_one_by_one(
    metadata: Any, tables: list[Any], wanted: str, failures: list[frames.Entry]
) -> Recorder:
    """Render each table alone, if they can't be created together."""
    recorder = _recorder(wanted)
    ordered, keys_of_tables = _in_dependency_order(tables)
    known: set[str] = set()
    for table in ordered:
        try:
            for native in _named_types(table) if wanted == "postgresql" else ():
                statement = _render(native, wanted)
                if statement not in known:
                    known.add(statement)
                    recorder.execute(native)
            recorder.execute(
                schema.CreateTable(table, include_foreign_key_constraints=keys_of_tables.get(id(table)))
            )
            for index in sorted(table.indexes, key=lambda item: safe_text(item.name)):
                recorder.execute(schema.CreateIndex(index))
        except Exception as error:
            failures.append(frames.Entry(safe_text(table), _error_message(error)))
    for table in ordered:
        for item in _sorted_keys(table) if id(table) in keys_of_tables else ():
            if item not in (keys_of_tables[id(table)] or ()):
                recorder.execute(schema.AddConstraint(item))
    return recorder


def _in_dependency_order(tables: list[Any]) -> tuple[list[Any], dict[int, Any]]:
    """Tables after those that they refer to; by `id`, the foreign keys within a table's statement, if not all are."""
    try:
        found = list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]
    except Exception:  # an attribute of an unexpected class
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
    """The statements that create the named types of a table's columns."""
    for column in table.columns:
        for native in native_types(column.type):
            if getattr(native, "create_type", True):
                yield create_statement(native)


def _rendered_elements(recorder: Recorder, failures: list[frames.Entry]) -> Iterator[tuple[Any, str]]:
    """The elements with their texts; one that can't be rendered is reported."""
    for element, text in recorder.executed_with_texts():
        if isinstance(text, BaseException):
            about = getattr(element, "element", element)
            failures.append(frames.Entry(_name_of(about), _error_message(text)))
        else:
            yield element, text


def _with_known_text(
    written: Iterable[tuple[Any, str]], failures: list[frames.Entry]
) -> Iterator[tuple[Any, str]]:
    """The elements with a known text; one that involves something absent is reported and left out."""
    for element, text in written:
        about = getattr(element, "element", element)
        name = _name_of(about)
        why = _explain_absent([name, text])  # a long name is truncated, along with the mark in it
        if why is None:
            yield element, text
        else:
            table = getattr(about, "table", None)
            part = "its comment: " if isinstance(element, _COMMENTS) else ""
            owner = f"of table `{safe_text(table.fullname)}`: " if isinstance(table, Table) else ""
            failures.append(frames.Entry(name, owner + part + why))


_COMMENTS = (schema.SetTableComment, schema.SetColumnComment)


def _explain_absent(texts: Iterable[str]) -> str | None:
    """Why texts are not known, if something absent is part of them."""
    found = next(filter(None, map(MARK.search, texts)), None)
    return f"`{found.group(1)}`, which is absent, is part of it" if found else None


def _recorder(wanted: str) -> Recorder:
    def write(element: Any) -> str | BaseException:
        try:
            return _render(element, wanted)
        except BaseException as error:  # a compiler of the repository may raise SystemExit
            return error

    return Recorder(dialect(wanted), write)


def _name_of(item: Any) -> str:
    """The name of what a statement creates."""
    try:
        return safe_text(
            getattr(item, "fullname", None) or getattr(item, "name", None) or type(item).__name__
        )
    except Exception:  # an attribute with the repository's own code
        return type(item).__name__


def _is_mapped_view(table: Any, views: Views) -> bool:
    """Whether a table only maps a view that something else creates."""
    return id(table) in views.tables and not getattr(table, "is_view", False)


def _find_problem(table: Any, views: Views, wanted: str) -> str | None:
    """Why a table has no DDL; `None` if it has some, or if something else creates it."""
    if _is_mapped_view(table, views):
        undefined = "it is a view, and the code does not give its query"
        return undefined if views.is_undefined(table) else None
    if is_reflected(table):
        return "everything that the code does not declare is read from a database"
    try:
        made = getattr(table, "_creator_ddl", None)  # the clause of a view has no boolean value
        texts = [_render(schema.CreateTable(table) if made is None else made, wanted)]
        if wanted == "postgresql":  # the types of its columns must be created first
            texts += [_render(item, wanted) for item in _named_types(table)]
    except BaseException as error:
        return _error_message(error)
    return _explain_absent([*texts, *_absent_type_arguments(table)])


def _absent_type_arguments(table: Any) -> Iterator[str]:
    """The stand-ins among the arguments of its column types: a dialect may take one for a number."""
    for column in table.columns:
        for part in (column.type, *(vars(column.type).get(name) for name in ("impl", "item_type"))):
            values = list(getattr(part, "__dict__", {}).values())
            yield from (str(value) for value in values if issubclass(type(value), StandIn))


def _error_message(error: BaseException) -> str:
    """The text of an error; for exceptions other than SQLAlchemy's with their class."""
    text = safe_text(error).partition("\n")[0]
    if " at 0x" in text:  # a memory address differs in every run
        text = "the compiler does not support it"
    return text if type(error).__module__.startswith("sqlalchemy.") else f"{type(error).__name__}: {text}"


def _render(element: Any, wanted: str) -> str:
    return safe_text(statement_text(element, wanted)).strip()


def _in_stable_order(collected: list[tuple[Any, str]]) -> list[str]:
    """The statements; those of neighbouring elements that SQLAlchemy keeps in a set are sorted."""
    statements: list[str] = []
    for kind, group in groupby(collected, key=lambda item: type(item[0])):
        texts = [text for _, text in group]
        statements += sorted(texts) if kind in _KEPT_IN_SETS else texts
    return statements


# Indexes of a table, and foreign keys that close a cycle of tables.
_KEPT_IN_SETS = (schema.CreateIndex, schema.AddConstraint)
