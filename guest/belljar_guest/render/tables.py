"""SQLAlchemy tables, built from those of a document."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import types as generic

from ..extract.sql import plain_dialect
from . import sql_texts, types
from .autoincrement import autoincrement, is_numbered
from .sql_texts import UnknownError

Json = dict[str, Any]

#: Options whose text stands for a number, a flag, a list or pairs.
_NUMBERS = ("mysql_length", "mysql_auto_increment", "mysql_key_block_size")
_LISTS = ("postgresql_include", "mssql_include", "postgresql_inherits")
_PAIRS = ("postgresql_with", "mysql_length", "mysql_prefix")


class Side:
    """One side of the comparison, for one dialect."""

    def __init__(self, document: Json, dialect: str) -> None:
        """Take the tables that the changes mention, the names of all others, and the types."""
        self.dialect = dialect
        self.tables: dict[tuple[str | None, str], list[Json]] = {}
        for table in document["tables"]:
            self.tables.setdefault((table["schema"], table["name"]), []).append(table)
        self.types = document["types"]
        self.views = document["views"]
        self.objects = document["objects"]
        self._names = {*self.tables, *((schema, name) for schema, name in document["others"])}

    def find_table(self, path: Json) -> Json:
        """The table at a path, of its own `MetaData` if several have one of that name."""
        found = self.tables.get((path["schema"], path["name"]), [])
        own = [table for table in found if table["metadata"] == path["metadata"]]
        if not found:
            raise UnknownError(f"there is no table `{path['name']}`")
        return (own or found)[0]

    def split_target(self, text: str) -> tuple[str | None, str, str]:
        """The schema, table and column that a foreign key refers to."""
        table, _, column = text.rpartition(".")
        for position in [-1, *(place for place, letter in enumerate(table) if letter == ".")]:
            schema = table[:position] if position >= 0 else None
            if (schema, table[position + 1 :]) in self._names:
                return schema, table[position + 1 :], column
        schema, dot, name = table.rpartition(".")
        return (schema if dot else None), name, column

    def column(self, column: Json, table: Json) -> sa.Column[Any]:
        """A column; raises `UnknownError`."""
        what = f"column `{column['name']}`"
        sql_texts.require_known(column["name"], "its name")
        try:
            items: list[Any] = []
            if column["computed"] is not None:
                items.append(self.computed(column, table))
            if column["identity"] is not None:
                items.append(self.identity(column["identity"]))
            default = sql_texts.default(column, self.dialect)
            return sa.Column(
                column["name"],
                self.type(column["type"]),
                *items,
                nullable=column["nullable"],
                server_default=default,
                autoincrement=autoincrement(column, table, self.dialect),
                comment=column["comment"],
                **self._column_options(column.get("options", {})),
            )
        except UnknownError as why:
            raise UnknownError(f"{what}: {why}") from None

    def computed(self, column: Json, table: Json) -> sa.Computed:
        """The expression of a computed column; raises `UnknownError`."""
        given = column["computed"]
        own = sql_texts.own_expression(column.get("options", {}), "computed", self.dialect)
        text = self.expression(given["sql"], table) if own is None else own
        return sa.Computed(text, persisted=given["persisted"])

    def identity(self, identity: Json) -> sa.Identity:
        """The identity of a column."""
        given = {name: identity[name] for name in ("start", "increment") if identity[name] is not None}
        return sa.Identity(
            always=identity["always"], **given, **sql_texts.number_options(identity.get("options", {}))
        )

    def _column_options(self, options: Json) -> Json:
        """Options of a column: those of this dialect, and flags of SQLAlchemy."""
        flags: Json = {"system": True} if options.get("system") == "True" else {}
        return {**flags, **self.options(options)}

    def _deferred(self, options: Json) -> Json:
        """When a constraint is checked, and its options of this dialect."""
        found: Json = {"deferrable": True} if options.get("deferrable") == "True" else {}
        if "initially" in options:
            found["initially"] = sql_texts.require_known(options["initially"], "`initially`")
        return {**found, **self.options(options)}

    def type(self, column_type: Json) -> Any:
        """The type of a column; raises `UnknownError` where this dialect has none."""
        try:
            found = types.type_of(column_type, self.dialect)
        except types.UnknownTypeError as why:
            raise UnknownError(str(why)) from None
        if column_type[self.dialect] is None:
            raise UnknownError(f"its type `{column_type['repr']}` can't be rendered for {self.dialect}")
        sql_texts.require_known(column_type[self.dialect], "its type")
        return types.for_postgresql(found) if self.dialect == "postgresql" else found

    def expression(self, text: str, table: Json) -> Any:
        """An expression in the DDL of a table; raises `UnknownError`."""
        text = sql_texts.require_known(text, "the expression")
        why = sql_texts.foreign_syntax(text, self.dialect)
        if why is not None:
            raise UnknownError(why)
        return sql_texts.clause(sql_texts.unqualify_columns(text, table["name"], table["schema"]))

    def table(self, table: Json, *, constraints: bool = True, left_out: tuple[Json, ...] = ()) -> sa.Table:
        """A table without its indexes; raises `UnknownError`. `left_out` are foreign keys to omit."""
        sql_texts.require_known(table["name"], "its name")
        kinds = [self.column(column, table) for column in table["columns"]]
        key = set(table["primary_key"]["columns"])
        made = sa.Table(
            table["name"],
            sa.MetaData(),
            *kinds,
            schema=table["schema"],
            comment=table["comment"],
            prefixes=[sql_texts.require_known(prefix, "a prefix of it") for prefix in table["prefixes"]],
            **self.options(table["options"]),
        )
        if key:
            made.append_constraint(self.primary_key(self.key_of(table), made))
        if constraints:
            for item in table["unique"]:
                made.append_constraint(self.unique(item))
            for item in table["checks"]:
                made.append_constraint(self.check(item, table))
            for item in table["foreign_keys"]:
                if item not in left_out:
                    made.append_constraint(self.foreign_key(item, made))
        return made

    def shell(self, table: Json, columns: list[str] | None = None) -> sa.Table:
        """A table with column names only, to attach a constraint or an index to."""
        wanted = [item for item in table["columns"] if columns is None or item["name"] in columns]
        kinds = [sa.Column(item["name"], self._type_or_nothing(item)) for item in wanted]
        return sa.Table(table["name"], sa.MetaData(), *kinds, schema=table["schema"])

    def _type_or_nothing(self, column: Json) -> Any:
        try:
            return self.type(column["type"])
        except UnknownError:
            return generic.NullType()

    def key_of(self, table: Json) -> Json:
        """The primary key with the numbered column first, as InnoDB requires and SQLAlchemy arranges it."""
        key: Json = table["primary_key"]
        if self.dialect != "mysql":
            return key
        numbered = [item["name"] for item in table["columns"] if is_numbered(item, table, self.dialect)]
        return {**key, "columns": sorted(key["columns"], key=lambda name: name not in numbered)}

    def primary_key(self, key: Json, table: sa.Table | None = None) -> sa.PrimaryKeyConstraint:
        """The primary key constraint."""
        columns: list[Any] = list(key["columns"])
        if table is not None:
            columns = [table.c[name] for name in columns]
        return sa.PrimaryKeyConstraint(*columns, name=key["name"], **self._deferred(key.get("options", {})))

    def unique(self, item: Json) -> sa.UniqueConstraint:
        """A unique constraint; raises `UnknownError`."""
        if item["initially"] is not None:
            sql_texts.require_known(item["initially"], "`initially` of a unique constraint")
        return sa.UniqueConstraint(
            *item["columns"],
            name=item["name"],
            deferrable=item["deferrable"],
            initially=item["initially"],
            **self.options(item["options"]),
        )

    def check(self, item: Json, table: Json) -> sa.CheckConstraint:
        """A check constraint; raises `UnknownError`."""
        try:
            options = item.get("options", {})
            own = sql_texts.own_expression(options, "sql", self.dialect)
            text = self.expression(item["sql"], table) if own is None else own
            return sa.CheckConstraint(text, name=item["name"], **self._deferred(options))
        except UnknownError as why:
            raise UnknownError(f"check `{item['name'] or item['sql']}`: {why}") from None

    def foreign_key(self, item: Json, table: sa.Table) -> sa.ForeignKeyConstraint:
        """A foreign key, with its target in the `MetaData` of the table."""
        targets = []
        for text in item["targets"]:
            schema, name, column = self.split_target(
                sql_texts.require_known(text, "what a foreign key refers to")
            )
            key = f"{schema}.{name}" if schema else name
            other = table.metadata.tables.get(key)
            if other is None:
                other = sa.Table(name, table.metadata, schema=schema)
            if column not in other.c and other is not table:
                other.append_column(sa.Column(column, generic.NullType()))
            targets.append(f"{key}.{column}")
        phrases: Json = {
            what: None
            if item[what] is None
            else sql_texts.require_known(item[what], f"`{what}` of a foreign key")
            for what in ("ondelete", "onupdate", "initially", "match")
        }
        return sa.ForeignKeyConstraint(
            item["columns"],
            targets,
            name=item["name"],
            deferrable=item["deferrable"],
            **phrases,
            **self.options(item.get("options", {})),
        )

    def index(self, item: Json, table: Json) -> sa.Index:
        """An index; raises `UnknownError`."""
        what = f"index `{item['name']}`"
        if item["name"] is None:
            raise UnknownError("the index has no name")
        sql_texts.require_known(item["name"], "the name of an index")
        made = self.shell(table)
        names = {column["name"] for column in table["columns"]}
        parts: list[Any] = []
        quote = plain_dialect("postgresql").identifier_preparer.quote
        for number, element in enumerate(item["elements"]):
            column = element["column"]
            own = item["options"].get(f"element {number}:{self.dialect}")
            if own is not None:
                parts.append(sa.literal_column(sql_texts.index_element(sql_texts.require_known(own, what))))
                continue
            if column in names and (element["sql"] == quote(column) or self.dialect != "postgresql"):
                parts.append(made.c[column])
                continue
            text = sql_texts.require_known(element["sql"], what)
            why = sql_texts.foreign_syntax(text, self.dialect)
            if why is not None:
                raise UnknownError(f"{what}: {why}")
            text = sql_texts.index_element(sql_texts.unqualify_columns(text, table["name"], table["schema"]))
            parts.append(sa.literal_column(text))
        options = self.options(item["options"], table)
        options.pop("postgresql_ops", None)  # they are part of the elements
        return sa.Index(item["name"], *parts, unique=item["unique"], _table=made, **options)

    def options(self, options: dict[str, str], table: Json | None = None) -> Json:
        """Options of this dialect, converted from their texts."""
        found: Json = {}
        for name, text in sorted(options.items()):
            if name.partition("_")[0] != self.dialect:
                continue
            sql_texts.require_known(name, "the name of an option")
            sql_texts.require_known(text, f"`{name}`")
            if name.endswith("_where") and table is not None:
                found[name] = self.expression(text, table)
            elif name in _PAIRS and ": " in text:
                pairs = (part.partition(": ") for part in text.split(", "))
                found[name] = {key: int(value) if value.isdigit() else value for key, _, value in pairs}
            elif name in _NUMBERS and text.isdigit():
                found[name] = int(text)
            elif name in _LISTS:
                found[name] = text.split(", ")
            else:
                found[name] = {"True": True, "False": False}.get(text, text)
        return found
