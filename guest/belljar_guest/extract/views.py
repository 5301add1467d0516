"""Views: those that the code declares, and tables that stand for views."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.schema import Column
from sqlalchemy.sql import util, visitors
from sqlalchemy.sql.selectable import Selectable, TableClause

from .. import frames
from .classes import reference
from .columns import column_frame, type_frame
from .database_objects import declaration_reasons
from .ddl_statements import MadeObject
from .declarations import Declaration, NamedMetaData
from .doubts import Doubts
from .options import options as options_of
from .sql import plain_dialect, safe_text
from .tables import table_frame

KINDS = ("view", "materialized_view")

#: The schema of PostgreSQL for unqualified names; migrations always qualify them.
_PUBLIC = "public"

#: Keys in a table's `info` that mark it as a view, by a convention of Alembic's documentation.
_FLAGS = ("is_view", "is_materialized_view")


class Views:
    """The views of a run. `tables` are the tables, by `id`, that are views."""

    def __init__(self, found: NamedMetaData, doubts: Doubts, owners: dict[int, type]) -> None:
        """Take every `MetaData`, the doubts, and the mapped classes by the `id` of their table."""
        self._found, self._doubts, self._owners = found, doubts, owners
        self._undefined = {id(table): table for table in found.tables() if is_flagged(table)}
        self.tables = set(self._undefined)

    def claim_tables(self, items: list[Declaration]) -> None:
        """Find the tables of these views, so that they are not extracted as tables."""
        for item in items:
            for made in item.made:
                if made.kind in KINDS:
                    matching = {id(table) for table in self._tables_of(item, made)}
                    self.tables |= matching
                    for table in matching:
                        self._undefined.pop(table, None)

    def is_undefined(self, table: Any) -> bool:
        """Whether a table is a view whose query the code does not give."""
        return id(table) in self._undefined

    def views_of(self, item: Declaration) -> Iterator[frames.View]:
        """The views that a declaration creates."""
        for index, made in enumerate(item.made):
            if made.kind in KINDS:
                other = item.postgresql[index].text if item.postgresql else None
                yield self._declared(item, made, other)

    def undefined_views(self) -> Iterator[frames.View]:
        """The views that the code maps without giving their queries."""
        for table in self._undefined.values():
            owner = self._owners.get(id(table))
            frame = self._table_frame(table)
            yield frames.View(
                metadata=self._found.find_name(table.metadata),
                schema=frame.schema,
                name=frame.name,
                materialized=_says(table, "is_materialized_view"),
                owner=reference(owner) if owner is not None else None,
                query=None,
                postgresql=None,
                columns=[_column(column) for column in frame.columns],
                indexes=frame.indexes,
                reads=None,
                options=[],
                creation=frames.Creation("unknown", None, None, [], None),
                reasons=frame.reasons,
                place=frame.place,
            )

    def _declared(self, item: Declaration, made: MadeObject, other: str | None) -> frames.View:
        table = next(iter(self._tables_of(item, made)), None)
        frame = self._table_frame(table) if table is not None else None
        owner = self._owners.get(id(table))
        selectable = _selectable(item.element)
        options = {entry.name: entry.value for entry in options_of(item.element)} | made.options
        reasons = declaration_reasons(item, made, other, self._doubts)
        return frames.View(
            metadata=self._found.find_name(item.metadata),
            schema=made.schema,
            name=made.name,
            materialized=made.kind == "materialized_view",
            owner=reference(owner) if owner is not None else None,
            query=made.text or None,
            postgresql=other if other != made.text else None,
            columns=self._columns(frame, selectable, made),
            indexes=frame.indexes if frame else [],
            reads=_reads(selectable),
            options=[frames.Entry(name, value) for name, value in sorted(options.items())],
            creation=item.creation,
            reasons=self._doubts.distinct([*reasons, *(frame.reasons if frame else ())]),
            place=item.notes.place,
        )

    def _table_frame(self, table: Any) -> frames.Table:
        return table_frame("", table, self._owners.get(id(table)), self._doubts)

    def _tables_of(self, item: Declaration, made: MadeObject) -> list[Any]:
        """The tables that stand for a view, the most informative first.

        These are tables of the same name in the same `MetaData`, or in one that contains nothing else, which is how
        helpers keep SQLAlchemy from creating them.
        """
        own = getattr(item.element, "table", None)
        if hasattr(own, "is_view"):
            return [own]
        same_metadata, other_metadata = [], []
        for table in self._found.tables():
            if safe_text(table.name) != made.name or not _is_same_schema(item, made, table):
                continue
            if table.metadata is item.metadata:
                same_metadata.append(table)
            elif item.metadata is None or len(table.metadata.tables) == 1:
                other_metadata.append(table)
        return [*same_metadata, *other_metadata]

    def _columns(
        self, frame: frames.Table | None, selectable: Any, made: MadeObject
    ) -> list[frames.ViewColumn]:
        """The columns by the table, else by the query, else by the statement."""
        selected = list(self._selected(selectable)) if selectable is not None else []
        if len(made.columns) == len(selected):
            selected = [
                frames.ViewColumn(name, column.ty, None, column.reasons, None)
                for name, column in zip(made.columns, selected, strict=True)
            ]
        if frame is None or not frame.columns:
            return selected or [frames.ViewColumn(name, None, None, [], None) for name in made.columns]
        beneath = {column.name: column.reasons for column in selected}
        return [_column(column, self._doubts, beneath.get(column.name, [])) for column in frame.columns]

    def _selected(self, selectable: Any) -> Iterator[frames.ViewColumn]:
        """The columns of a query under their names in the result, with the doubts of the columns that they use."""
        try:
            compiled = selectable.compile(dialect=plain_dialect("postgresql"))
            columns = list(compiled._result_columns)
        except BaseException:  # the declaration has a reason that it can't be rendered
            return
        for name, _, objects, column_type in columns:
            ty = type_frame(column_type)
            reasons = self._doubts.of_type(column_type, ty)
            for column in _base_columns(objects):
                reasons += column_frame(column, self._doubts).reasons
            yield frames.ViewColumn(safe_text(name), ty, None, self._doubts.distinct(reasons), None)


def is_flagged(table: Any) -> bool:
    """Whether the code marks a table as a view."""
    return any(_says(table, name) for name in _FLAGS)


def _says(table: Any, name: str) -> bool:
    given = vars(table).get("info")
    value = given.get(name) if type(given) is dict else None
    return value is True or (type(value) is int and value == 1)


def _is_same_schema(item: Declaration, made: MadeObject, table: Any) -> bool:
    schema = None if table.schema is None else safe_text(table.schema)
    if item.creation.made_by == "migration" and schema is None:
        return made.schema in (None, _PUBLIC)
    return schema == made.schema


def _column(
    column: frames.Column, doubts: Doubts | None = None, reasons: list[frames.Reason] | None = None
) -> frames.ViewColumn:
    every = doubts.distinct([*column.reasons, *(reasons or ())]) if doubts else column.reasons
    return frames.ViewColumn(column.name, column.ty, column.comment, every, column.place)


def _selectable(element: Any) -> Any:
    """The query among the attributes of an element."""
    for value in getattr(element, "__dict__", {}).values():
        if isinstance(value, Selectable) and not isinstance(value, TableClause):
            return value
    return None


def _base_columns(objects: Any) -> Iterator["Column[Any]"]:
    """The table columns that the objects of a result column use, each once."""
    seen = set()
    for item in objects:
        for inner in visitors.iterate(item, {}) if hasattr(item, "get_children") else ():
            for column in getattr(inner, "base_columns", ()):
                if isinstance(column, Column) and column.table is not None and id(column) not in seen:
                    seen.add(id(column))
                    yield column


def _reads(selectable: Any) -> list[str] | None:
    """The tables that a query reads, sorted; `None` if there is only its text."""
    if selectable is None:
        return None
    found = util.find_tables(selectable, check_columns=True, include_selects=False)
    return sorted({safe_text(getattr(table, "fullname", table)) for table in found})
