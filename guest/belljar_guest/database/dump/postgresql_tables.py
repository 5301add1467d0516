"""Tables, constraints and indexes of a PostgreSQL dump."""

from typing import Any

from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.util import strip_outer_parens

from ..parts import TableParts, checked_name, not_represented
from .postgresql_schema import Key, Schema, numbers
from .pretty import pretty
from .words import NotFollowedError, Words, parts_of, text_of

#: Words behind the type of a column.
_AFTER_TYPE = (
    "COLLATE",
    "DEFAULT",
    "GENERATED",
    "NOT",
    "NULL",
    "CONSTRAINT",
    "OPTIONS",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COMPRESSION",
    "STORAGE",
)

#: Words that a constraint of a table begins with.
_CONSTRAINTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE", "NOT")


def create(schema: Schema, words: Words, prefix: str) -> None:
    """Read `CREATE TABLE`."""
    words.expect("TABLE")
    words.accept("IF", "NOT", "EXISTS")
    key = schema.key(words.dotted())
    if key in schema.tables:
        words.fail("a second table of the name")
    parts = TableParts(schema.own(key[0]), key[1])
    if prefix == "UNLOGGED":
        parts.prefixes.append(prefix)
    if words.peek() != "(":
        words.fail()
    for text in parts_of(words.group()):
        own = Words(text)
        if own.peek() in _CONSTRAINTS:
            _constraint(schema, parts, own)
        else:
            parts.columns.append(_column(schema, own, parts))
    _table_options(schema, key, parts, words, prefix)
    schema.tables[key] = parts


def _inherit(schema: Schema, key: Key, parts: TableParts, words: Words) -> None:
    """Take the columns of the parents; those that are stated again are merged with them."""
    own = {column["name"]: column for column in parts.columns}
    inherited: dict[str, dict[str, Any]] = {}
    for text in parts_of(words.group()):
        parent = schema.key(Words(text).dotted())
        schema.parents.setdefault(key, []).append(parent)
        for column in schema.table(parent, words).columns:
            copy = {name: value for name, value in column.items() if name not in ("identity", "of")}
            inherited.setdefault(column["name"], {**copy, "comment": None, "of": column})
    stated = {name: own.pop(name) for name in list(own) if name in inherited}
    parts.columns = [*(inherited | stated).values(), *own.values()]
    parts.options["postgresql_inherits"] = tuple(name for _, name in schema.parents[key])
    parts.reasons.append(not_represented("its inheritance"))


def inherit_rest(schema: Schema, key: Key, parts: TableParts) -> None:
    """What parents were given after the table: defaults and checks."""
    for column in parts.columns:
        of = column.pop("of", None)
        if of is not None:
            column["default"] = of["default"]
    own = {item["name"] for item in parts.checks}
    for parent in schema.parents.get(key, ()):
        for item in schema.tables[parent].checks:
            options = item.get("dialect_options", {})
            if item["name"] not in own and "no_inherit" not in options:
                own.add(item["name"])
                parts.checks.append({**item, "comment": None, "dialect_options": {}})


def _table_options(schema: Schema, key: Key, parts: TableParts, words: Words, prefix: str) -> None:
    while not words.is_over:
        if words.accept("INHERITS"):
            _inherit(schema, key, parts, words)
        elif words.accept("PARTITION", "BY"):
            parts.options["postgresql_partition_by"] = schema.text(words.until("WITH", "TABLESPACE", "USING"))
        elif words.accept("WITH"):
            parts.options["postgresql_with"] = _settings(words.group())
        elif words.accept("TABLESPACE"):
            parts.options["postgresql_tablespace"] = words.name()
        elif words.accept("USING"):
            parts.options["postgresql_using"] = words.name()
        elif prefix == "FOREIGN" and words.accept("SERVER"):
            words.name()
            if words.accept("OPTIONS"):
                words.group()
            parts.reasons.append(not_represented("a foreign table's server"))
        else:
            words.fail()


def _settings(text: str) -> dict[str, str]:
    found = {}
    for item in parts_of(text):
        name, _, value = item.partition("=")
        value = value.strip()
        found[name.strip().strip('"')] = text_of(value) if value[:1] == "'" else value
    return found


def _column(schema: Schema, words: Words, parts: TableParts) -> dict[str, Any]:
    name = checked_name(words.name())
    text = words.until(*_AFTER_TYPE)
    collation: str | None = None
    is_required = False
    column: dict[str, Any] = {"name": name, "default": None, "comment": None, "autoincrement": False}
    while not words.is_over:
        if words.accept("COLLATE"):
            collation = words.dotted()[-1]
        elif words.accept("DEFAULT"):
            column["default"] = schema.text(words.until(*_AFTER_TYPE))
        elif words.accept("GENERATED", "ALWAYS", "AS"):
            sql = schema.text(words.group())
            is_stored = words.accept("STORED")
            words.accept("VIRTUAL")
            column["computed"] = {"sqltext": sql, "persisted": is_stored}
        elif words.accept("NOT", "NULL"):
            is_required = True
            words.accept("NO", "INHERIT")
        elif words.accept("CONSTRAINT") and words.name() and words.peek() == "NOT":
            continue
        elif words.accept("OPTIONS"):
            words.group()
            parts.reasons.append(not_represented(f"an option of the column `{name}`"))
        elif words.peek() in ("COMPRESSION", "STORAGE"):
            words.token()
            words.name()
        else:
            words.fail()
    kind = schema.type(text, collation)
    if isinstance(kind, DOMAIN):
        if column["default"] is None and kind.default is not None:
            column["default"] = kind.default
        is_required = is_required or bool(kind.not_null)
    return {**column, "type": kind, "nullable": not is_required}


def alter(schema: Schema, words: Words) -> None:
    """Read `ALTER TABLE`; `pg_dump` writes it for views and sequences as well."""
    key = schema.key(words.dotted())
    if words.peek() == "OWNER":
        return
    if key in schema.sequences or key not in schema.tables:
        words.fail(f"the unknown table {key[1][:40]}")
    parts = schema.tables[key]
    if words.accept("ATTACH", "PARTITION"):
        schema.partitions.add(schema.key(words.dotted()))
    elif words.accept("ADD"):
        _constraint(schema, parts, words)
    elif words.accept("ALTER"):
        words.accept("COLUMN")
        _alter_column(schema, parts, words)
    elif words.accept("ENABLE", "ROW", "LEVEL", "SECURITY"):
        _secure(parts, "row-level security")
    elif words.accept("FORCE", "ROW", "LEVEL", "SECURITY"):
        parts.reasons = [reason for reason in parts.reasons if "row-level" not in reason.message]
        _secure(parts, "forced row-level security")
    elif words.peek() in ("DISABLE", "ENABLE") and "TRIGGER" in (words.peek(1), words.peek(2)):
        words.until("TRIGGER")
        words.expect("TRIGGER")
        what = f"that the trigger `{words.name()}` is disabled or fires otherwise"
        parts.reasons.append(not_represented(what))
    elif words.accept("SET", "("):
        words.at -= 1
        parts.options.setdefault("postgresql_with", {}).update(_settings(words.group()))
    elif words.peek() in ("CLUSTER", "REPLICA") or (words.peek() == "SET" and words.peek(1) == "WITHOUT"):
        return  # no part of a schema here
    else:
        words.fail()


def _secure(parts: TableParts, what: str) -> None:
    parts.reasons.append(not_represented(f"that {what} is enabled"))


def _alter_column(schema: Schema, parts: TableParts, words: Words) -> None:
    name = words.name()
    column = next((item for item in parts.columns if item["name"] == name), None)
    if words.accept("SET", "DEFAULT"):
        sql = schema.text(words.rest())
        if column is not None:
            column["default"] = sql
            column.pop("of", None)
        elif parts.kind == "table":
            words.fail(f"the unknown column {name[:40]}")
    elif words.accept("ADD", "GENERATED"):
        if column is None:
            words.fail(f"the unknown column {name[:40]}")
        is_always = words.accept("ALWAYS")
        words.accept("BY", "DEFAULT")
        words.expect("AS", "IDENTITY")
        values = numbers(Words(words.group()), type(column["type"]).__name__.lower())
        column["identity"] = {"always": is_always, **values}
    elif words.accept("SET", "NOT", "NULL") and column is not None:
        column["nullable"] = False
    elif words.peek() == "SET" and words.peek(1) in ("STATISTICS", "STORAGE", "COMPRESSION", "("):
        return  # no part of a schema here
    else:
        words.fail()


def _constraint(schema: Schema, parts: TableParts, words: Words) -> None:
    if not words.accept("CONSTRAINT"):
        words.fail("a constraint without a name")
    name = checked_name(words.name())
    kind = words.peek()
    if kind == "CHECK":
        words.expect("CHECK")
        item: dict[str, Any] = {"name": name, "sqltext": words.group(), "comment": None}
        options = {"no_inherit": words.accept("NO", "INHERIT"), "not_valid": _not_valid(parts, name, words)}
        item["dialect_options"] = {option: True for option, is_set in options.items() if is_set}
        parts.checks.append(item)
    elif kind in ("PRIMARY", "UNIQUE"):
        _key(parts, name, words)
    elif kind == "FOREIGN":
        parts.foreign_keys.append(_foreign_key(schema, parts, name, words))
    elif kind == "EXCLUDE":
        parts.excludes.append({"name": name, "definition": schema.text(words.rest())})
    elif words.accept("NOT", "NULL"):
        column = words.name()
        found = next((item for item in parts.columns if item["name"] == column), None)
        if found is None or not words.accept("NOT", "VALID"):
            words.fail()
        parts.reasons.append(not_represented(f"that the constraint `{name}` is not validated"))
    else:
        words.fail()
    if not words.is_over:
        words.fail()


def condition(schema: Schema, sql: str) -> str:
    """A condition as a connection reads it."""
    text = schema.text(sql)
    try:
        text = pretty(text)
    except NotFollowedError:
        return text  # it is deeper than any other, and left as it is
    found: str = strip_outer_parens(text)
    return found


def _not_valid(parts: TableParts, name: str, words: Words) -> bool:
    is_invalid = words.accept("NOT", "VALID") or words.accept("NOT", "ENFORCED")
    if is_invalid:
        parts.reasons.append(not_represented(f"that the constraint `{name}` is not validated"))
    return is_invalid


def _key(parts: TableParts, name: str, words: Words) -> None:
    is_primary = words.accept("PRIMARY", "KEY")
    item: dict[str, Any] = {"name": name, "comment": None}
    options: dict[str, Any] = {}
    if not is_primary:
        words.expect("UNIQUE")
        if words.accept("NULLS", "NOT", "DISTINCT"):
            options["postgresql_nulls_not_distinct"] = True
    columns = []
    for text in parts_of(words.group()):
        column = Words(text)
        columns.append(checked_name(column.name()))
        if not column.is_over:
            words.fail(text[:40])
    if words.accept("INCLUDE"):
        options["postgresql_include"] = [Words(text).name() for text in parts_of(words.group())]
    while words.peek() in ("WITH", "USING"):
        if words.accept("WITH"):
            _settings(words.group())
        else:
            words.expect("USING", "INDEX", "TABLESPACE")
            words.name()
    item["deferrable"] = True if words.accept("DEFERRABLE") else None
    item["initially"] = "DEFERRED" if words.accept("INITIALLY", "DEFERRED") else None
    if options:
        item["dialect_options"] = options
    if is_primary:
        parts.primary_key = {**item, "constrained_columns": columns}
    else:
        parts.unique.append({**item, "column_names": columns})


def _foreign_key(schema: Schema, parts: TableParts, name: str, words: Words) -> dict[str, Any]:
    words.expect("FOREIGN", "KEY")
    columns = [Words(text).name() for text in parts_of(words.group())]
    words.expect("REFERENCES")
    target = schema.key(words.dotted())
    targets = [Words(text).name() for text in parts_of(words.group())]
    options: dict[str, Any] = {}
    if words.accept("MATCH"):
        options["match"] = words.token().upper()
    while words.accept("ON"):
        event = words.token().lower()
        action = words.until("ON", "DEFERRABLE", "NOT", "INITIALLY")
        if action != "NO ACTION":
            options[f"on{event}"] = action
    if words.accept("DEFERRABLE"):
        options["deferrable"] = True
    if words.accept("INITIALLY"):
        options["initially"] = words.token().upper()
    _not_valid(parts, name, words)
    return {
        "name": name,
        "constrained_columns": columns,
        "referred_schema": schema.own(target[0]),
        "referred_table": target[1],
        "referred_columns": targets,
        "options": options,
        "comment": None,
    }


def create_index(schema: Schema, words: Words) -> None:
    """Read `CREATE INDEX`."""
    is_unique = words.accept("UNIQUE")
    words.expect("INDEX")
    words.accept("IF", "NOT", "EXISTS")
    name = checked_name(words.name())
    words.expect("ON")
    words.accept("ONLY")
    key = schema.key(words.dotted())
    parts = schema.table(key, words)
    index: dict[str, Any] = {"name": name, "unique": is_unique, "column_names": [], "expressions": []}
    options: dict[str, Any] = {}
    if words.accept("USING"):
        method = words.name()
        if method != "btree":
            options["postgresql_using"] = method
    for text in parts_of(words.group()):
        _element(schema, index, options, Words(text))
    if words.accept("INCLUDE"):
        options["postgresql_include"] = [Words(text).name() for text in parts_of(words.group())]
    if words.accept("NULLS", "NOT", "DISTINCT"):
        options["postgresql_nulls_not_distinct"] = True
    if words.accept("WITH"):
        options["postgresql_with"] = _settings(words.group())
    if words.accept("TABLESPACE"):
        words.name()
    if words.accept("WHERE"):
        options["postgresql_where"] = schema.text(words.rest())
    if not words.is_over:
        words.fail()
    index["dialect_options"] = options
    if None not in index["column_names"]:
        del index["expressions"]
    parts.indexes.append(index)


#: Words behind the column of an index.
_AFTER_ELEMENT = ("ASC", "DESC", "NULLS", "COLLATE")


def _element(schema: Schema, index: dict[str, Any], options: dict[str, Any], words: Words) -> None:
    first = words.peek()
    is_column = first != "(" and words.peek(1) not in ("(", ".")
    if is_column:
        text = words.name()
    elif first == "(":
        inner = pretty(schema.text(words.group()))
        text = f"({inner})"
    else:
        start = words.until(*_AFTER_ELEMENT)
        at = Words(start)
        at.dotted()
        at.group()
        operators = at.rest()
        text = pretty(schema.text(start[: len(start) - len(operators)].strip()))
        if operators:
            options.setdefault("postgresql_ops", {})[text] = schema.text(operators).rpartition(".")[2]
    index["column_names"].append(text if is_column else None)
    index["expressions"].append(text)
    if words.accept("COLLATE"):
        words.dotted()
    if words.peek() and words.peek() not in _AFTER_ELEMENT:
        options.setdefault("postgresql_ops", {})[text] = words.dotted()[-1]
        if words.peek() == "(":
            words.group()
    sorting: tuple[str, ...] = ()
    if words.accept("DESC"):
        sorting = ("desc",)
    words.accept("ASC")
    if words.accept("NULLS"):
        last = words.token().lower()
        sorting += (f"nulls_{last}",)
    if not words.is_over:
        words.fail()
    if sorting:
        index.setdefault("column_sorting", {})[text] = sorting
