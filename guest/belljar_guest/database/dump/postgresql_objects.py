"""Views, sequences, types and all other objects of a PostgreSQL dump."""

import re
from typing import Any

from ..parts import Reading, TableParts, checked_name
from ..postgresql_objects import add_named_types, sequence_frame
from .postgresql_schema import Key, Schema, numbers
from .pretty import pretty
from .splitting import Statement
from .words import Words, parts_of, text_of

#: Kinds of objects that a document has no place for, by their words.
_UNMODELLED = (
    (("AGGREGATE",), "aggregates"),
    (("STATISTICS",), "extended statistics"),
    (("EVENT", "TRIGGER"), "event triggers"),
    (("PUBLICATION",), "publications"),
    (("SUBSCRIPTION",), "subscriptions"),
    (("COLLATION",), "collations"),
    (("OPERATOR", "CLASS"), "operator classes"),
    (("OPERATOR", "FAMILY"), "operator families"),
    (("OPERATOR",), "operators"),
    (("CAST",), "casts"),
    (("LANGUAGE",), "languages"),
    (("TRUSTED",), "languages"),
    (("PROCEDURAL", "LANGUAGE"), "languages"),
    (("TEXT", "SEARCH", "CONFIGURATION"), "text search configurations"),
    (("TEXT", "SEARCH", "DICTIONARY"), "text search dictionaries"),
    (("TEXT", "SEARCH", "PARSER"), "text search parsers"),
    (("TEXT", "SEARCH", "TEMPLATE"), "text search templates"),
    (("SERVER",), "foreign servers"),
    (("FOREIGN", "DATA"), "foreign-data wrappers"),
    (("USER", "MAPPING"), "user mappings"),
    (("ACCESS", "METHOD"), "access methods"),
    (("CONVERSION",), "conversions"),
    (("TRANSFORM",), "transforms"),
)


def create(schema: Schema, words: Words, statement: Statement) -> None:
    """Read `CREATE` of anything but a table and an index."""
    kind = words.peek()
    handler = _HANDLERS.get(kind)
    if handler is not None:
        words.token()
        handler(schema, words, statement)
        return
    if words.accept("CONSTRAINT", "TRIGGER"):
        _trigger(schema, words, statement)
        return
    if words.accept("DATABASE") or words.accept("ROLE"):
        return
    for names, plural in _UNMODELLED:
        if words.accept(*names):
            schema.notes.kinds[plural] += 1
            return
    words.fail()


def _schema(schema: Schema, words: Words, _statement: Statement) -> None:
    words.accept("IF", "NOT", "EXISTS")
    name = words.name()
    if name != schema.default:
        quoted = schema.dialect.identifier_preparer.quote(name)
        schema.add("schema", (name, name), name, f"CREATE SCHEMA {quoted}")


def _extension(schema: Schema, words: Words, _statement: Statement) -> None:
    words.accept("IF", "NOT", "EXISTS")
    name = words.name()
    where = words.name() if words.accept("WITH", "SCHEMA") else schema.default
    if name != "plpgsql":
        quoted = schema.dialect.identifier_preparer.quote(name)
        schema.add("extension", (where, name), name, f"CREATE EXTENSION {quoted}")


def _view(schema: Schema, words: Words, _statement: Statement, kind: str = "view") -> None:
    words.accept("IF", "NOT", "EXISTS")
    key = schema.key(words.dotted())
    if key in schema.tables and schema.tables[key].kind == "table":
        words.fail("a second relation of the name")
    parts = TableParts(schema.own(key[0]), key[1], kind=kind)
    names = [Words(text).name() for text in parts_of(words.group())] if words.peek() == "(" else None
    if words.accept("USING"):
        words.name()
    if words.accept("WITH"):
        parts.options["postgresql_with"] = _options_of(words.group())
    if words.accept("TABLESPACE"):
        words.name()
    words.expect("AS")
    text = words.rest()
    text = re.sub(r"\s+WITH (?:NO )?DATA\s*$", "", text, flags=re.IGNORECASE)
    check = re.search(r"\s+WITH (CASCADED|LOCAL) CHECK OPTION\s*$", text, flags=re.IGNORECASE)
    if check is not None:
        text = text[: check.start()]
        parts.options.setdefault("postgresql_with", {})["check_option"] = check.group(1).lower()
    parts.definition = pretty(schema.text(text)).strip().rstrip(";")
    parts.columns = [{"name": name, "type": None} for name in names or selected(text)]
    parts.reads = sorted(_reads(schema, text, key))
    schema.tables[key] = parts


def _options_of(text: str) -> dict[str, str]:
    found = {}
    for item in parts_of(text):
        name, _, value = item.partition("=")
        value = value.strip() or "true"
        found[name.strip()] = text_of(value) if value[:1] == "'" else value
    return found


def selected(query: str) -> list[str]:
    """The names of a query's columns; PostgreSQL writes each that is not a column's own."""
    words = Words(query)
    while words.peek() == "(":
        words = Words(words.group())
    if words.accept("WITH"):
        words.until("SELECT", "VALUES")
    if not words.accept("SELECT"):
        return []
    if words.accept("DISTINCT") and words.accept("ON"):
        words.group()
    found = []
    for item in parts_of(
        words.until("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "HAVING")
    ):
        own = Words(item)
        names: list[str] = []
        own.until("AS")
        if own.accept("AS"):
            names = [own.name()]
        else:
            own.at = 0
            names = own.dotted()
        found.append(checked_name(names[-1]))
        if not own.is_over:
            own.fail(item[:40])
    return found


def _reads(schema: Schema, query: str, own: Key) -> set[str]:
    """The relations that are named with their schema; `pg_dump` writes it for each."""
    words, found = Words(query), set[str]()
    while not words.is_over:
        if words.peek() in ("FROM", "JOIN", ","):
            words.token()
            while words.accept("(") or words.accept("ONLY") or words.accept("LATERAL"):
                pass
            if words.peek()[:1].isalpha() or words.peek()[:1] in ('"', "_"):
                at = words.at
                names = words.dotted()
                key = schema.key(names[:2]) if len(names) <= 2 else None  # noqa: PLR2004
                if key in schema.tables and key != own:
                    found.add(schema.full(key))
                words.at = max(at, words.at - 1) if words.peek() == "," else words.at
        else:
            words.token()
    return found


def _materialized(schema: Schema, words: Words, statement: Statement) -> None:
    words.expect("VIEW")
    _view(schema, words, statement, kind="materialized_view")


def _sequence(schema: Schema, words: Words, _statement: Statement) -> None:
    words.accept("IF", "NOT", "EXISTS")
    key = schema.key(words.dotted())
    kind = words.name() if words.accept("AS") else "bigint"
    values = numbers(words, kind)
    schema.sequences[key] = sequence_frame(schema.own(key[0]), key[1], values, kind)


def alter_sequence(schema: Schema, words: Words) -> None:
    """Read `ALTER SEQUENCE … OWNED BY`."""
    words.accept("IF", "EXISTS")
    key = schema.key(words.dotted())
    if words.peek() in ("OWNER", "SET"):
        return
    words.expect("OWNED", "BY")
    names = words.dotted()
    if key not in schema.sequences:
        words.fail(f"the unknown sequence {key[1][:40]}")
    schema.owners[key] = (schema.key(names[:-1]), names[-1])


def _type(schema: Schema, words: Words, _statement: Statement) -> None:
    key = schema.key(words.dotted())
    if words.accept("AS", "ENUM"):
        labels = [text_of(Words(text).token()) for text in parts_of(words.group())]
        _add_enum(schema, key, labels)
    elif words.accept("AS", "RANGE"):
        schema.notes.kinds["range types"] += 1
    elif words.accept("AS"):
        schema.notes.kinds["composite types"] += 1
    elif not words.is_over:
        schema.notes.kinds["base types"] += 1


def _add_enum(schema: Schema, key: Key, labels: list[str]) -> None:
    schema.enums[key] = labels
    is_own = key[0] == schema.default
    names = (key[1],) if is_own else key
    schema.named.enums[names] = {"name": key[1], "schema": key[0], "visible": is_own, "labels": labels}


def alter_type(schema: Schema, words: Words) -> None:
    """Read `ALTER TYPE … ADD VALUE`, which upgrades write."""
    key = schema.key(words.dotted())
    if words.peek() == "OWNER":
        return
    if key not in schema.enums or not words.accept("ADD", "VALUE"):
        words.fail()
    words.accept("IF", "NOT", "EXISTS")
    label = text_of(words.token())
    if not words.is_over:
        words.fail()
    _add_enum(schema, key, [*schema.enums[key], label])


def _domain(schema: Schema, words: Words, _statement: Statement) -> None:
    key = schema.key(words.dotted())
    words.expect("AS")
    ends = ("COLLATE", "NOT", "DEFAULT", "CONSTRAINT", "CHECK")
    kind = schema.text(words.until(*ends))
    collation = default = None
    is_required = False
    checks = []
    while not words.is_over:
        if words.accept("COLLATE"):
            collation = words.dotted()[-1]
        elif words.accept("NOT", "NULL"):
            is_required = True
        elif words.accept("DEFAULT"):
            default = schema.text(words.until(*ends))
        elif words.accept("CONSTRAINT"):
            name = words.name()
            if words.accept("NOT", "NULL"):
                is_required = True
                continue
            words.expect("CHECK")
            invalid = ""
            condition = pretty(schema.text(words.group()))
            if words.accept("NOT", "VALID"):
                invalid = " NOT VALID"
            checks.append((name, f"CHECK ({condition}){invalid}"))
        else:
            words.fail()
    quote = schema.dialect.identifier_preparer.quote
    quoted = None if collation is None else _always_quoted(collation)
    texts = [f"CONSTRAINT {quote(name)} {text}" for name, text in sorted(checks)]
    schema.domains[key] = [kind, quoted, is_required, default, texts]
    base = kind.partition("(")[0]
    is_own = key[0] == schema.default
    schema.named.domains[(key[1],) if is_own else key] = {
        "name": key[1],
        "schema": key[0],
        "visible": is_own,
        "type": base,
        "nullable": not is_required,
        "default": default,
        "constraints": [{"name": name, "check": text[7:-1]} for name, text in sorted(checks)],
        "collation": collation or _COLLATIONS.get(base),
        "collation_schema": None,
    }


#: The collations of types that have one.
_COLLATIONS = {"text": "default", "character varying": "default", "character": "default", "name": "C"}


def _always_quoted(name: str) -> str:
    """A name as `quote_ident` writes it."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


def add_types(schema: Schema, reading: Reading) -> None:
    """Add enumerations and domains, with the columns that use them."""
    enums = [
        {"schema": key[0], "name": key[1], "labels": labels} for key, labels in sorted(schema.enums.items())
    ]
    domains = [(*key, *rest) for key, rest in sorted(schema.domains.items())]
    add_named_types(schema.dialect, enums, domains, schema.default, reading)


#: The options of a routine, in the order in which the server writes them.
_ROUTINE_OPTIONS = (
    "WINDOW",
    "VOLATILITY",
    "PARALLEL",
    "STRICT",
    "SECURITY",
    "LEAKPROOF",
    "COST",
    "ROWS",
    "SUPPORT",
)

#: Words behind what a function returns.
_AFTER_RESULT = (
    "LANGUAGE",
    "TRANSFORM",
    "WINDOW",
    "IMMUTABLE",
    "STABLE",
    "STRICT",
    "SECURITY",
    "AS",
    "BEGIN",
    "RETURN",
)


def _routine(schema: Schema, words: Words, kind: str) -> None:
    key = schema.key(words.dotted())
    arguments = schema.text(words.group())
    quoted = ".".join(map(_always_quoted, key))
    head = f"CREATE OR REPLACE {kind} {quoted}({arguments})\n"
    if words.accept("RETURNS"):
        head += f" RETURNS {schema.text(words.until(*_AFTER_RESULT))}\n"
    name = f"{key[1]}({_identity(arguments)})"
    schema.add(kind.lower(), key, name, head + _routine_rest(schema, words, kind) + "\n")


def _routine_rest(schema: Schema, words: Words, kind: str) -> str:
    """What follows the arguments and the result."""
    language = settings = body = ""
    options: dict[str, str] = {}
    while not words.is_over:
        if words.accept("LANGUAGE"):
            language = words.token()
        elif words.accept("AS"):
            body = _body(words, kind)
        elif words.peek() == "RETURN" or (words.peek() == "BEGIN" and words.peek(1) == "ATOMIC"):
            body = schema.text(words.rest())
        elif words.accept("SET"):
            setting = words.name()
            if not words.accept("TO"):
                words.expect("=")
            settings += f" SET {setting} TO {words.until('SET', 'AS', 'BEGIN', 'RETURN')}\n"
        elif words.accept("SECURITY", "DEFINER"):
            options["SECURITY"] = " SECURITY DEFINER"
        elif words.peek() in ("COST", "ROWS", "SUPPORT", "PARALLEL"):
            option = words.token().upper()
            options[option] = (
                f" {option} {'.'.join(words.dotted()) if option == 'SUPPORT' else words.token()}"
            )
        elif words.peek() in ("WINDOW", "IMMUTABLE", "STABLE", "STRICT", "LEAKPROOF"):
            option = words.token().upper()
            options["VOLATILITY" if option in ("IMMUTABLE", "STABLE") else option] = f" {option}"
        else:
            words.fail()
    flags = "".join(options.get(option, "") for option in _ROUTINE_OPTIONS)
    return f" LANGUAGE {language}\n" + (f"{flags}\n" if flags else "") + settings + body


def _body(words: Words, kind: str) -> str:
    """The body in the quotes that the server gives it."""
    token = words.token()
    rest = ""
    if words.accept(","):
        rest = f", {words.token()}"
    if token[0] == "$":
        tag = token[: token.index("$", 1) + 1]
        text = token[len(tag) : -len(tag)]
    elif rest:
        return f"AS {token}{rest}"
    else:
        text = text_of(token)
    quote = kind.lower()
    while f"${quote}$" in text or f"${quote}" in text:
        quote += "x"
    return f"AS ${quote}${text}${quote}$"


def _identity(arguments: str) -> str:
    """The arguments without their defaults."""
    found = []
    for item in parts_of(arguments):
        words = Words(item)
        found.append(words.until("DEFAULT", "="))
    return ", ".join(item for item in found if not item.upper().startswith(("OUT ", "TABLE ")))


def _function(schema: Schema, words: Words, _statement: Statement) -> None:
    _routine(schema, words, "FUNCTION")


def _procedure(schema: Schema, words: Words, _statement: Statement) -> None:
    _routine(schema, words, "PROCEDURE")


def _trigger(schema: Schema, words: Words, statement: Statement) -> None:
    name = words.name()
    words.until("ON")
    words.expect("ON")
    table = schema.key(words.dotted())
    before, _, after = statement.text.rpartition("EXECUTE ")
    schema.add("trigger", table, name, before + "EXECUTE " + schema.text(after), table)


def _rule(schema: Schema, words: Words, statement: Statement) -> None:
    name = words.name()
    words.until("TO")
    words.expect("TO")
    table = schema.key(words.dotted())
    head, _, tail = statement.text.partition(" DO ")
    schema.add("rule", table, name, f"{head} DO {schema.text(tail)};", table)


def _policy(schema: Schema, words: Words, statement: Statement) -> None:
    name = words.name()
    words.expect("ON")
    table = schema.key(words.dotted())
    schema.add("policy", table, name, schema.text(statement.text), table)


_HANDLERS: dict[str, Any] = {
    "SCHEMA": _schema,
    "EXTENSION": _extension,
    "VIEW": _view,
    "MATERIALIZED": _materialized,
    "SEQUENCE": _sequence,
    "TYPE": _type,
    "DOMAIN": _domain,
    "FUNCTION": _function,
    "PROCEDURE": _procedure,
    "TRIGGER": _trigger,
    "RULE": _rule,
    "POLICY": _policy,
}
