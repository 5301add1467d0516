"""The models of a schema, as the body of a module; `versions.PRELUDE` stands before it."""

import json
from collections.abc import Iterator

from .kinds import Json
from .schema import filled, quoted

#: Types of the repository's own, as projects write them.
OWN_TYPES = """\
class OwnNumber(sa.TypeDecorator):
    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(BigInteger())


class OwnText(sa.TypeDecorator):
    impl = String(30)
    cache_ok = True
"""


#: As most projects have it.
_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def body(schema: Json, database: str) -> str:
    """The whole module."""
    return "\n".join(_lines(schema, database)) + "\n"


def _lines(schema: Json, database: str) -> Iterator[str]:
    yield OWN_TYPES
    if schema["convention"]:
        yield f"metadata.naming_convention = {_CONVENTION!r}"
    for own, domain in schema["domains"].items():
        options = [repr(domain["name"]), domain["type"]]
        options += [f"check=text({domain['check']!r})"] if domain["check"] else []
        options += [f"schema={domain['schema']!r}"] if domain["schema"] else []
        yield f"{own} = postgresql.DOMAIN({', '.join(options)})"
    for own, enum in schema["enums"].items():
        options = [repr(value) for value in enum["values"]]
        options += [f"name={enum['name']!r}"]
        options += [f"schema={enum['schema']!r}"] if enum["schema"] else []
        options += ["native_enum=False"] if not enum["native"] else []
        options += ["create_constraint=True"] if enum["check"] else []
        options += ["metadata=metadata"] if enum["native"] and enum["whole"] else []
        yield f"{own} = Enum({', '.join(options)})"
    for own, sequence in schema["sequences"].items():
        options = [repr(sequence["name"])]
        options += [f"{name}={value!r}" for name, value in sequence["options"].items()]
        options += [f"data_type={sequence['type']}"] if sequence["type"] else []
        options += [f"schema={sequence['schema']!r}"] if sequence["schema"] else []
        yield f"{own} = Sequence({', '.join(options)}, metadata=metadata)"
    for own in schema["tables"]:
        yield from _table(schema, own, database)
    for view in schema["views"].values():
        kind = "MATERIALIZED VIEW" if view["materialized"] else "VIEW"
        name = quoted(view["name"], database)
        name = f"{quoted(view['schema'], database)}.{name}" if view.get("schema") else name
        text = f"CREATE {kind} {name} AS {filled(view['sql'], schema, None, database)}"
        yield _listener(text)
        for index in view["indexes"]:
            table, _, column = index["column"].partition(".")
            own = quoted(schema["tables"][table]["columns"][column]["name"], database)
            yield _listener(f"CREATE INDEX {quoted(index['name'], database)} ON {name} ({own})")
    for trigger in schema["triggers"].values():
        yield from (_listener(text) for text in _trigger(schema, trigger, database))


def _listener(text: str) -> str:
    return f"sa.event.listen(metadata, 'after_create', DDL({text.replace('%', '%%')!r}))"


def _trigger(schema: Json, trigger: Json, database: str) -> Iterator[str]:
    """A trigger, with the function that PostgreSQL wants."""
    table, column = (
        filled(text, schema, trigger["table"], database)
        for text in (f"{{{trigger['table']}}}", f"{{{trigger['column']}}}")
    )
    name = quoted(trigger["name"], database)
    if database == "postgresql":
        function = quoted(f"{trigger['name']}_made", database)
        yield f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        yield f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    elif database == "sqlite":
        yield f"CREATE TRIGGER {name} AFTER UPDATE OF {column} ON {table} BEGIN SELECT 1; END"
    else:
        yield f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW SET NEW.{column} = OLD.{column}"


def _table(schema: Json, own: str, database: str) -> Iterator[str]:
    table = schema["tables"][own]
    yield f"{own} = Table("
    yield f"    {table['name']!r}, metadata,"
    for column in table["columns"]:
        yield f"    {_column(schema, own, column, database)},"
    yield from (f"    {text}," for text in _constraints(schema, own, database))
    for index in table["indexes"].values():
        yield f"    {_index(schema, own, index, database)},"
    for name, value in table["options"].items():
        yield f"    {name}={value!r},"
    if table["schema"]:
        yield f"    schema={table['schema']!r},"
    if table["prefixes"]:
        yield f"    prefixes={table['prefixes']!r},"
    if table["comment"] is not None:
        yield f"    comment={table['comment']!r},"
    yield ")"


def _type(code: str) -> str:
    kind, colon, rest = code.partition(":")
    if not colon:
        return code
    return rest if kind in ("enum", "domain") else f"postgresql.ARRAY({rest})"


def _column(schema: Json, table: str, own: str, database: str) -> str:
    column = schema["tables"][table]["columns"][own]
    items = [repr(column["name"]), _type(column["type"])]
    if column["sequence"]:
        items.append(column["sequence"])
    if column["computed"]:
        text = filled(column["computed"], schema, table, database)
        items.append(f"Computed({text!r}, persisted={column['persisted']!r})")
    if column["identity"] is not None:
        items.append(
            f"Identity({', '.join(f'{name}={value!r}' for name, value in column['identity'].items())})"
        )
    if own in schema["tables"][table]["key"]["columns"]:
        if not schema["tables"][table]["key"]["apart"]:
            items.append("primary_key=True")
    elif not column["nullable"]:
        items.append("nullable=False")
    if column["default"] is not None:
        items.append(f"server_default={column['default']}")
    if column["autoincrement"] is not None:
        items.append(f"autoincrement={column['autoincrement']!r}")
    if column["comment"] is not None:
        items.append(f"comment={column['comment']!r}")
    return f"Column({', '.join(items)})"


def _names(schema: Json, table: str, columns: list[str]) -> list[str]:
    return [schema["tables"][table]["columns"][column]["name"] for column in columns]


def _constraints(schema: Json, own: str, database: str) -> Iterator[str]:
    table = schema["tables"][own]
    key = table["key"]
    if key["columns"] and key["apart"]:
        names = ", ".join(map(repr, _names(schema, own, key["columns"])))
        yield f"PrimaryKeyConstraint({names}{_named(key)})"
    for item in table["unique"].values():
        names = ", ".join(map(repr, _names(schema, own, item["columns"])))
        yield f"UniqueConstraint({names}{_named(item)}{_options(item)})"
    for item in table["checks"].values():
        yield f"CheckConstraint({filled(item['sql'], schema, own, database)!r}{_named(item)})"
    for item in table["excludes"].values():
        (column,) = _names(schema, own, item["columns"])
        yield f"postgresql.ExcludeConstraint(({column!r}, {item['operator']!r}){_named(item)}, using='gist')"
    for item in table["keys"].values():
        target = schema["tables"][item["table"]]
        whole = f"{target['schema']}.{target['name']}" if target["schema"] else target["name"]
        targets = [f"{whole}.{name}" for name in _names(schema, item["table"], item["targets"])]
        columns = _names(schema, own, item["columns"])
        yield f"ForeignKeyConstraint({columns!r}, {targets!r}{_named(item)}{_options(item)})"


def _named(item: Json) -> str:
    return f", name={item['name']!r}" if item["name"] else ""


def _options(item: Json) -> str:
    return "".join(f", {name}={value!r}" for name, value in item["options"].items())


def _index(schema: Json, own: str, index: Json, database: str) -> str:
    elements = []
    for element in index["elements"]:
        column = element.strip("{}")
        if element == f"{{{column}}}":
            elements.append(repr(schema["tables"][own]["columns"][column]["name"]))
        else:
            text = filled(element, schema, own, database)
            elements.append(f"text({text!r})")
    more = ["unique=True"] if index["unique"] else []
    if index["where"]:
        where = filled(index["where"], schema, own, database)
        more.append(f"{database}_where=text({where!r})")
    if index["include"]:
        more.append(f"postgresql_include={_names(schema, own, index['include'])!r}")
    if index["using"]:
        more.append(f"postgresql_using={index['using']!r}")
    return f"Index({', '.join([repr(index['name']), *elements, *more])})"


def kept(schema: Json) -> str:
    """A schema as a text that is the same every time."""
    return json.dumps(schema, indent=1, sort_keys=False)
