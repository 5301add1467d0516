"""What the constraints of a table are called in the database before a migration."""

from .changes import Change, Json
from .default_names import default_name
from .sql_texts import require_known


class ConstraintNames:
    """Names of constraints, also of those that were created under earlier names of their table and columns."""

    def __init__(self, dialect: str, changes: list[Change]) -> None:
        """Collect the earlier names of tables and columns."""
        self._dialect = dialect
        self._tables: dict[tuple[str | None, str], str] = {}
        self._columns: dict[tuple[str | None, str], dict[str, str]] = {}
        for change in changes:
            if change.renames and change.was:
                new, old = change.path, change.was
                table = (new["schema"], new["name"])
                if change.subject == "table":
                    self._tables[table] = old["name"]
                elif change.subject == "column":
                    self._columns.setdefault(table, {})[new["part"]] = old["part"]

    def find(self, kind: str, item: Json, table: Json) -> str | None:
        """The name of a constraint in the database, or `None` where that is not certain."""
        if item["name"] is not None:
            return str(require_known(item["name"], "the name of a constraint"))
        return default_name(self._dialect, kind, item, table, self.earlier_names(table))

    def earlier_names(self, table: Json) -> tuple[str, dict[str, str]]:
        """The earlier name of a table, and those of its renamed columns."""
        key = (table["schema"], table["name"])
        name = str(self._tables.get(key, table["name"]))
        return name, self._columns.get(key, {})
