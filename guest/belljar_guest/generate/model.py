"""The tables and classes to write: their names, and how they refer to each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .literals import string
from .naming import Names, attribute_name, class_name, variable_name
from .scope import Json, Scope
from .values import is_of_dialect

#: The foreign keys of an association table.
_ENDS = 2


@dataclass
class Entity:
    """A table with its place in the code."""

    table: Json
    #: The variable of its `MetaData`, and the class with it.
    metadata: str
    #: The name of its class, or of its variable.
    name: str
    is_class: bool
    is_association: bool = False
    #: Attributes of a class, by the names of columns.
    attributes: dict[str, str] = field(default_factory=dict)
    #: The names in its body.
    names: Names = field(default_factory=Names)
    #: Lines of its relationships.
    relationships: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """Its schema and name."""
        return self.table["schema"], self.table["name"]

    def of(self, column: str) -> str:
        """What constraints call a column."""
        found = next((item for item in self.table["columns"] if item["name"] == column), None)
        return column if found is None or found.get("key") is None else str(found["key"])

    def reference(self) -> str:
        """The code of its table."""
        return f"{self.name}.__table__" if self.is_class else self.name

    def attribute(self, column: str) -> str:
        """The code of a column outside of the table."""
        if self.is_class:
            return f"{self.name}.{self.attributes[column]}"
        return f"{self.name}.c[{string(self.of(column))}]"


@dataclass
class Model:
    """All tables."""

    entities: list[Entity]
    #: The variables and the labels of the `MetaData` objects.
    metadata: dict[str, str]

    def find(self, of: Entity, target: str) -> tuple[Entity, str] | None:
        """The table and the column that a foreign key refers to, in the same `MetaData`."""
        for schema, name, column in _splits(target):
            for entity in self.entities:
                is_it = entity.metadata == of.metadata and entity.key == (schema, name)
                if is_it and any(item["name"] == column for item in entity.table["columns"]):
                    return entity, column
        return None


def _splits(target: str) -> Iterator[tuple[str | None, str, str]]:
    """The schema, table and column that a target may name."""
    places = [place for place, letter in enumerate(target) if letter == "."]
    for last in reversed(places):
        table, column = target[:last], target[last + 1 :]
        yield None, table, column
        for place in places:
            if place < last:
                yield table[:place], table[place + 1 :], column


def build(tables: list[Json], scope: Scope, taken: Names) -> Model:
    """Name everything; the same tables give the same names."""
    model = Model([], _metadata(tables, scope, taken))
    for table in tables:
        is_class = scope.style == "sqlalchemy" and bool(table["primary_key"]["columns"])
        is_association = is_class and _is_association(table)
        is_class = is_class and not is_association
        wanted = class_name(table["name"], table.get("class")) if is_class else variable_name(table["name"])
        entity = Entity(
            table, model.metadata[table["metadata"]], taken.unique(wanted), is_class, is_association
        )
        model.entities.append(entity)
    variables = set(taken.taken)
    for entity in model.entities:
        entity.names = Names(variables)
        if entity.is_class:
            for column in entity.table["columns"]:
                wanted = attribute_name(column["name"], column.get("attribute"))
                entity.attributes[column["name"]] = entity.names.unique(wanted)
    return model


def _metadata(tables: list[Json], scope: Scope, taken: Names) -> dict[str, str]:
    """A variable for each `MetaData`."""
    found: dict[str, str] = {}
    for table in tables:
        if table["metadata"] not in found:
            if scope.style == "tables":
                found[table["metadata"]] = taken.unique("metadata")
            else:
                found[table["metadata"]] = taken.unique("Base") if found else "Base"
    return found


def _is_association(table: Json) -> bool:
    """Whether a table does nothing but connect two others."""
    keys = table["foreign_keys"]
    columns = [item["name"] for item in table["columns"]]
    referring = [name for key in keys for name in key["columns"]]
    return (
        len(keys) == _ENDS
        and sorted(referring) == sorted(columns)
        and sorted(table["primary_key"]["columns"]) == sorted(columns)
        and not any(is_of_dialect(name) for name in table["options"])
    )
