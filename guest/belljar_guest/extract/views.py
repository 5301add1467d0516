"""Views: those that the code declares, and tables that stand for views."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Query
from sqlalchemy.schema import Column
from sqlalchemy.sql import util, visitors
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import Selectable, TableClause

from .. import frames
from ..plan import TextRelation
from ..stand_in.sqlalchemy_patches import NOTES
from .classes import reference
from .columns import column_frame, type_frame
from .database_objects import declaration_reasons
from .ddl_statements import MadeObject, parse_objects
from .declarations import Declaration, NamedMetaData
from .doubts import Doubts
from .options import options as options_of
from .sql import plain_dialect, safe_text, statement_text
from .tables import table_frame, tables_of

KINDS = ("view", "materialized_view")

#: The schema of PostgreSQL for unqualified names; migrations always qualify them.
_PUBLIC = "public"

#: The schemas of PostgreSQL and SQL Server for unqualified names.
_DEFAULTS = (None, _PUBLIC, "dbo")

#: Keys in a table's `info` that mark it as a view, by a convention of Alembic's documentation.
_FLAGS = ("is_view", "is_materialized_view")


class Views:
    """The views of a run. `tables` are the tables, by `id`, that are views."""

    def __init__(self, found: NamedMetaData, doubts: Doubts, owners: dict[int, type]) -> None:
        """Take every `MetaData`, the doubts, and the mapped classes by the `id` of their table."""
        self._found, self._doubts, self._owners = found, doubts, owners
        self._undefined = {
            id(table): table
            for table in found.tables()
            if is_flagged(table) or _has_own_query(owners.get(id(table)))
        }
        self._texts: dict[int, list[TextRelation]] = {}
        self._loose: dict[int, Declaration] = {}
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
                        self._texts.pop(table, None)
                        if item.metadata is None and item.creation.made_by == "unknown":
                            self._loose[table] = item

    def claim_texts(self, relations: tuple[TextRelation, ...]) -> None:
        """Find the tables of views that a text of the repository creates, which no import runs.

        Of several texts the nearest to the table count. A table that another refers to is no view; one that texts
        create as both is in doubt.
        """
        if not relations:
            return
        named: dict[str, list[TextRelation]] = {}
        for relation in relations:
            named.setdefault(relation.name, []).append(relation)
        referred = _referred_names(self._found.tables())
        for table in self._found.tables():
            same = [item for item in named.get(safe_text(table.name), ()) if _is_same_default(item, table)]
            is_known = id(table) in self.tables and id(table) not in self._undefined
            if not same or is_known or safe_text(table.fullname) in referred:
                continue
            notes = table.__dict__.get(NOTES)
            nearest = _nearest(same, notes.place.path if notes and notes.place else "")
            views = [item for item in nearest if item.kind in KINDS]
            others = [item for item in nearest if item.kind not in KINDS]
            if views and not others:
                self._texts[id(table)] = views
                self._undefined[id(table)] = table
                self.tables.add(id(table))
            elif views and notes and id(table) not in self._undefined:
                notes.reasons.append(_of_both(views[0], others[0]))

    def statements_of(self, metadata: Any, wanted: str) -> list[str]:
        """The statements that create the mapped views of a `MetaData`, as `create_all` does not create them."""
        found: dict[str, None] = {}
        for table in tables_of(metadata):
            item, text = self._loose.get(id(table)), self._statement(table)
            if item is not None and item.is_rendered() and wanted in (item.creation.dialects or [wanted]):
                text = safe_text(statement_text(item.statement(), wanted))
            if text is not None and (item is not None or id(table) in self._undefined):
                found.setdefault(text.strip().rstrip(";"))
        return list(found)

    def _statement(self, table: Any) -> str | None:
        """The statement that creates a view, if there is one text for it."""
        texts = {item.statement for item in self._texts.get(id(table), ())}
        return texts.pop() if len(texts) == 1 else None

    def is_undefined(self, table: Any) -> bool:
        """Whether a table is a view whose query the code does not give."""
        return id(table) in self._undefined and self._statement(table) is None

    def views_of(self, item: Declaration) -> Iterator[frames.View]:
        """The views that a declaration creates."""
        for index, made in enumerate(item.made):
            if made.kind in KINDS:
                other = item.postgresql[index].text if item.postgresql else None
                yield self._declared(item, made, other)

    def undefined_views(self) -> Iterator[frames.View]:
        """The views that the code maps without creating them, with the query if a text of the repository has it."""
        for table in self._undefined.values():
            owner = self._owners.get(id(table))
            frame = self._table_frame(table)
            texts = self._texts.get(id(table), [])
            statement = self._statement(table)
            made = next(iter(parse_objects(statement)), None) if statement else None
            is_materialized = any(item.kind == "materialized_view" for item in texts) or any(
                _MATERIALIZED.search(base.__name__) for base in _view_bases(owner)
            )
            yield frames.View(
                metadata=self._found.find_name(table.metadata),
                schema=frame.schema,
                name=frame.name,
                materialized=is_materialized or _says(table, "is_materialized_view"),
                owner=reference(owner) if owner is not None else None,
                query=made.text or None if made is not None and made.kind in KINDS else None,
                postgresql=None,
                columns=[_column(column) for column in frame.columns],
                indexes=frame.indexes,
                reads=None,
                options=[],
                creation=frames.Creation("text" if texts else "unknown", None, None, [], None),
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


#: Names of classes whose subclasses are views, and those of materialized views: `ReplaceableView`, `NativeMatview`.
_VIEW = re.compile(r"(?:View|_view|Matview|_matview)(?:Mixin|Base|_mixin|_base)?$")
_MATERIALIZED = re.compile(r"Mat(?:erialized)?_?[Vv]iew|matview|materialized_view", re.IGNORECASE)


def _view_bases(owner: type | None) -> list[type]:
    """The bases of a class that are named after views, and are not mapped themselves."""
    bases = owner.__mro__[1:] if owner is not None else ()
    return [base for base in bases if _VIEW.search(base.__name__) and "__mapper__" not in base.__dict__]


def _has_own_query(owner: type | None) -> bool:
    """Whether a class is a view by its own query: a base named after views turns an attribute of it into one."""
    if owner is None or not _view_bases(owner):
        return False
    queries = (Selectable, TextClause, Query)
    return any(
        issubclass(type(value), queries) and not issubclass(type(value), TableClause)
        for value in owner.__dict__.values()
    )


def _referred_names(tables: list[Any]) -> set[str]:
    """The full names of the tables that foreign keys of others refer to."""
    found = set()
    for table in tables:
        for key in table.foreign_keys:
            target = key._colspec if isinstance(key._colspec, str) else getattr(key._colspec, "table", None)
            if isinstance(target, str):
                name, schema = safe_text(target).rpartition(".")[0], table.metadata.schema
                found |= {name, f"{safe_text(schema)}.{name}"} if schema else {name}
            elif target is not None:
                found.add(safe_text(getattr(target, "fullname", "")))
    return found


def _is_same_default(relation: TextRelation, table: Any) -> bool:
    schema = None if table.schema is None else safe_text(table.schema)
    return relation.schema == schema or (relation.schema in _DEFAULTS and schema in _DEFAULTS)


#: Names of folders in which a project keeps its migrations.
_MIGRATIONS = re.compile(r"migrat|^alembic|^versions$", re.IGNORECASE)


def _nearest(relations: list[TextRelation], path: str) -> list[TextRelation]:
    """Those that share the most folders with a file: projects of one repository may use the same names.

    A table that migrations of a project around the file create counts, however near a view is.
    """
    folders = path.split("/")[:-1]

    def shared(item: TextRelation) -> int:
        own = item.path.split("/")[:-1]
        return next(
            (at for at, (one, other) in enumerate(zip(own, folders, strict=False)) if one != other),
            min(len(own), len(folders)),
        )

    def is_around(item: TextRelation) -> bool:
        apart = item.path.split("/")[shared(item) : -1]
        return item.kind not in KINDS and bool(apart) and _MIGRATIONS.search(apart[0]) is not None

    most = max(map(shared, relations))
    return [item for item in relations if shared(item) == most or is_around(item)]


def _of_both(view: TextRelation, table: TextRelation) -> frames.Reason:
    message = (
        f"`{view.path}:{view.line}` creates a view of this name, and `{table.path}:{table.line}` a table"
    )
    return frames.Reason("table-or-view", message, None)


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
