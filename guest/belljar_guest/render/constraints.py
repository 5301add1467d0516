"""Constraints and indexes of tables that stay."""

from typing import TYPE_CHECKING, Any

from alembic.operations import ops

from . import comments, lookups, mysql, mysql_numbers, renamed, texts
from .changes import Change, Json, Phase
from .names import default_name
from .numbering import is_numbered
from .operations import Execute
from .texts import UnknownError

if TYPE_CHECKING:
    from .steps import Builder

_KINDS = {"primary_key": "primary", "unique": "unique", "foreign_key": "foreignkey", "check": "check"}


class Constraints:
    """Makes the steps for constraints and indexes."""

    def __init__(self, builder: "Builder") -> None:
        """Take what is built, and what had other names before."""
        self._builder = builder
        self.old_tables: dict[tuple[str | None, str], str] = {}
        self.old_columns: dict[tuple[str | None, str], dict[str, str]] = {}
        self._gone: set[tuple[str | None, str, str]] = set()
        for change in builder.changes:
            table = (change.path["schema"], change.path["name"])
            if change.renames and change.was:
                new, old = change.path, change.was
                table = (new["schema"], new["name"])
                if change.subject == "table":
                    self.old_tables[table] = old["name"]
                elif change.subject == "column":
                    self.old_columns.setdefault(table, {})[new["part"]] = old["part"]
            elif change.subject == "column" and change.action == "drop" and change.is_told:
                self._gone.add((*table, change.path["part"]))

    def change(self, change: Change) -> None:
        """One that comes, goes, or does both."""
        builder = self._builder
        if renamed.renames(builder, change):
            return
        if change.subject == "index":
            self._index(change)
            return
        if comments.is_only(builder, change) or builder.batches.constraint(change):
            return
        if change.subject == "primary_key" and self._is_done_with_numbers(change):
            return
        self._exchange(change)

    def _is_done_with_numbers(self, change: Change) -> bool:
        """Do what a primary key makes of the numbers of rows; whether that has brought the key as well."""
        if self._builder.dialect == "mysql":
            return mysql_numbers.key_changes(self._builder, change) is None
        self._numbering(change)
        return False

    def _exchange(self, change: Change) -> None:
        builder = self._builder
        goes, comes = _there(change.before), _there(change.after)
        in_mysql = builder.dialect == "mysql"
        if in_mysql and goes and comes and change.subject == "primary_key":
            table = builder.end.find(change.path)
            builder.add(Phase.CONSTRAINTS_COME, change, [mysql.primary_key(builder.end.key_of(table), table)])
            return
        if goes and not (self._goes_with_column(change) and self._is_nameless(change)):
            phase = Phase.KEYS_GO if change.subject == "foreign_key" else Phase.CONSTRAINTS_GO
            dropped = self._dropped(change)
            asked = [f"{change.name}: {lookups.TOLD}"] if in_mysql and lookups.looks_up(dropped) else []
            builder.add(phase, change, dropped, asked)
        if comes:
            phase = Phase.KEYS_COME if change.subject == "foreign_key" else Phase.CONSTRAINTS_COME
            said = comments.of_constraint(builder, change.after, builder.end.find(change.path))
            builder.add(phase, change, [self._created(change), *said])

    def _numbering(self, change: Change) -> None:
        """Say where another column, or none, has its values from the database once the key is another."""
        if self._builder.dialect == "postgresql":
            return  # its numbers change by themselves
        sides = (self._builder.start.find(change.path), self._builder.end.find(change.path))
        first, second = (
            {item["name"] for item in table["columns"] if is_numbered(item, table, self._builder.dialect)}
            for table in sides
        )
        for name in sorted(first ^ second):
            self._builder.gap(
                change, f"{change.path['name']}.{name}: whether the database numbers the rows is not changed"
            )

    def name_of(self, kind: str, item: Json, table: Json) -> str | None:
        """The name of a constraint in the database, as far as it is certain."""
        if item["name"] is not None:
            return str(texts.known(item["name"], "the name of a constraint"))
        return default_name(self._builder.dialect, kind, item, table, self.base_names(table))

    def base_names(self, table: Json) -> tuple[str, dict[str, str]]:
        """What a table was called, and its columns that had other names."""
        key = (table["schema"], table["name"])
        name = str(self.old_tables.get(key, table["name"]))
        return name, self.old_columns.get(key, {})

    def is_renamed(self, change: Change) -> bool:
        """Whether only its name changes."""
        return renamed.is_only_name(self._builder, change)

    def _is_nameless(self, change: Change) -> bool:
        """Whether what the database calls it is not certain."""
        kind = _KINDS.get(change.subject)
        table = self._builder.start.find(change.path)
        return kind is None or self.name_of(kind, change.before, table) is None

    def _goes_with_column(self, change: Change) -> bool:
        """Whether PostgreSQL drops a constraint without a name along with one of its columns."""
        if self._builder.dialect != "postgresql" or change.before["name"] is not None:
            return False
        table = (change.path["schema"], change.path["name"])
        return any((*table, column) in self._gone for column in change.before.get("columns", ()))

    def _dropped(self, change: Change) -> list[Any]:
        table = self._builder.start.find(change.path)
        if change.subject == "exclude":
            name = self.name_of("exclude", change.before, table)
            if name is None:
                raise UnknownError("it has no name, and what the database calls it is not certain")
            quoted = texts.table_name(self._builder.dialect, table["name"], table["schema"])
            name = texts.table_name("postgresql", name, None)
            return [Execute(f"ALTER TABLE {quoted} DROP CONSTRAINT {name}")]
        kind = _KINDS[change.subject]
        if kind == "foreignkey":
            return lookups.key_goes(self._builder, change.before, table)
        if kind == "check" and self._builder.dialect == "mysql":
            return lookups.check_goes(self._builder, change.before, table)
        found = self.name_of(kind, change.before, table)
        if found is None and kind == "unique" and self._builder.dialect == "mysql":
            return lookups.unique_goes(table, change.before)
        if found is None:
            raise UnknownError("it has no name, and what the database calls it is not certain")
        return [ops.DropConstraintOp(found, table["name"], type_=kind, schema=table["schema"])]

    def _created(self, change: Change) -> Any:
        side = self._builder.end
        table = side.find(change.path)
        if change.subject == "exclude":
            quoted = texts.table_name(self._builder.dialect, table["name"], table["schema"])
            return Execute(f"ALTER TABLE {quoted} ADD {texts.known(change.after['sql'], 'it')}")
        shell = side.shell(table)
        after = change.after
        if change.subject == "primary_key":
            item: Any = side.primary_key({**after, "columns": side.key_of(table)["columns"]}, shell)
            shell.append_constraint(item)
            return ops.CreatePrimaryKeyOp.from_constraint(item)
        if change.subject == "unique":
            item = side.unique(after)
            shell.append_constraint(item)
            return ops.CreateUniqueConstraintOp.from_constraint(item)
        if change.subject == "check":
            item = side.check(change.after, table)
            shell.append_constraint(item)
            return ops.CreateCheckConstraintOp.from_constraint(item)
        item = side.foreign_key(after, shell)
        shell.append_constraint(item)
        return ops.CreateForeignKeyOp.from_constraint(item)

    def _index(self, change: Change) -> None:
        builder = self._builder
        if change.before is not None:
            index = builder.start.index(change.before, builder.start.find(change.path))
            builder.add(Phase.CONSTRAINTS_GO, change, [ops.DropIndexOp.from_index(index)])
        if change.after is not None:
            index = builder.end.index(change.after, builder.end.find(change.path))
            builder.add(Phase.CONSTRAINTS_COME, change, [ops.CreateIndexOp.from_index(index)])


def _there(item: Json | None) -> bool:
    """Whether there is one: a primary key without columns is none."""
    return item is not None and item.get("columns") != []
