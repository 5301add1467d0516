"""Sequences, types and all other objects of a PostgreSQL database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, CreateEnumType

from .. import frames
from ..extract.sql import statement_text, type_ddl
from .parts import METADATA, Reading, checked_name

_Rows = Callable[[str], list[Any]]
_Schema = Callable[[str], str | None]

_SEQUENCES = """
SELECT n.nspname, c.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  pg_catalog.format_type(s.seqtypid, NULL), tn.nspname, t.relname, a.attname, d.deptype
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass
  AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY 1, 2
"""

#: The greatest value of each integer type.
GREATEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def unless_usual(values: dict[str, Any], kind: str) -> dict[str, Any]:
    """The arguments of a sequence without those that a database gives it by itself."""
    greatest = GREATEST.get(kind, 2**63 - 1)
    ascends = (values.get("increment") or 1) > 0
    least, most = (1, greatest) if ascends else (-greatest - 1, -1)
    usual = {
        "start": least if ascends else most,
        "increment": 1,
        "minvalue": least,
        "maxvalue": most,
        "cache": 1,
        "cycle": False,
    }
    if values.get("minvalue") not in (None, least) and ascends:
        usual["start"] = values["minvalue"]
    if values.get("maxvalue") not in (None, most) and not ascends:
        usual["start"] = values["maxvalue"]
    return {name: value for name, value in values.items() if value != usual.get(name)}


def sequences(
    rows: _Rows, schema: _Schema, schemas: list[str], reading: Reading
) -> dict[tuple[str, str], dict[str, frames.Sequence]]:
    """Add the sequences that stand alone; returns those that columns own, by table and column."""
    owned: dict[tuple[str, str], dict[str, frames.Sequence]] = {}
    for row in rows(_SEQUENCES):
        own, name, *numbers, kind, table_schema, table, column, dependence = row
        if own not in schemas or dependence == "i":  # an identity's
            continue
        sequence = _sequence(schema(own), name, numbers, kind)
        if column is not None:
            owned.setdefault((table_schema, table), {})[column] = sequence
        else:
            reading.sequences.append(frames.DeclaredSequence(METADATA, sequence, [], None))
    return owned


def _sequence(schema: str | None, name: str, numbers: list[Any], kind: str) -> frames.Sequence:
    names = ("start", "increment", "minvalue", "maxvalue", "cache", "cycle")
    return sequence_frame(schema, name, dict(zip(names, numbers, strict=True)), kind)


def sequence_frame(schema: str | None, name: str, given: dict[str, Any], kind: str) -> frames.Sequence:
    """A sequence by its arguments, without those that a database gives it by itself."""
    values = unless_usual(given, kind)
    return frames.Sequence(
        schema=schema,
        name=checked_name(name),
        start=values.get("start"),
        increment=values.get("increment"),
        min_value=values.get("minvalue"),
        max_value=values.get("maxvalue"),
        cycle=values.get("cycle"),
        cache=values.get("cache"),
        data_type=None if kind == "bigint" else kind.upper(),
        options=[],
    )


def add_types(dialect: Any, connection: Any, cache: Any, default: str, reading: Reading) -> None:
    """Add enumerations and domains, with the columns that use them."""
    enums = dialect._load_enums(connection, schema="*", info_cache=cache)
    add_named_types(dialect, enums, connection.exec_driver_sql(_DOMAINS).all(), default, reading)


def add_named_types(dialect: Any, enums: Any, domains: Any, default: str, reading: Reading) -> None:
    """Add types by SQLAlchemy's dictionaries of enumerations, and by rows of domains."""
    used: dict[tuple[str, str], set[str]] = {}
    for parts in reading.tables:
        for column in parts.columns if parts.kind == "table" else ():
            kind = column["type"]
            named = getattr(kind, "item_type", kind)
            if isinstance(named, (ENUM, DOMAIN)) and named.name is not None:
                key = (named.schema or default, named.name)
                used.setdefault(key, set()).add(f"{parts.full_name}.{column['name']}")
    for item in enums:
        schema = None if item["schema"] == default else item["schema"]
        native: Any = ENUM(*item["labels"], name=item["name"], schema=schema)
        columns = used.get((item["schema"], item["name"]), set())
        reading.types.append(_type("enum", native, item["labels"], columns))
    for schema, name, *rest in domains:
        columns = used.get((schema, name), set())
        domain = DOMAIN(name, Integer(), schema=None if schema == default else schema)
        text = _domain(dialect, domain, rest)
        reading.types.append(_type("domain", domain, [], columns, text))


#: Of each domain: the type, its collation if it is another than that of the type, whether it is required, its default,
#: and its checks. SQLAlchemy loses lengths and all checks but the first.
_DOMAINS = """
SELECT n.nspname, t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod),
  CASE WHEN t.typcollation <> b.typcollation THEN pg_catalog.quote_ident(c.collname) END, t.typnotnull, t.typdefault,
  ARRAY(SELECT 'CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid, true)
    FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation c ON c.oid = t.typcollation
WHERE t.typtype = 'd' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT EXISTS (
  SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid
  AND d.deptype = 'e')
ORDER BY 1, 2
"""


def _domain(dialect: Any, native: Any, rest: list[Any]) -> str:
    """The statement that creates a domain, with the type as SQLAlchemy writes it, if it knows it."""
    kind, collation, is_required, default, checks = rest
    try:
        found = dialect._reflect_type(kind, None, type_description="a domain", collation=None)
        text = type_ddl(found, "postgresql") or kind
    except Exception:  # a domain over a named type
        text = kind
    words = [f"CREATE DOMAIN {dialect.identifier_preparer.format_type(native)} AS {text}"]
    words += [f"COLLATE {collation}"] if collation else []
    words += [f"DEFAULT {default}"] if default is not None else []
    words += ["NOT NULL"] if is_required else []
    return " ".join([*words, *checks])


def _type(
    kind: str, native: Any, values: list[str], columns: set[str], text: str | None = None
) -> frames.NamedType:
    return frames.NamedType(
        kind=kind,
        metadata=METADATA,
        schema=native.schema,
        name=checked_name(native.name),
        values=list(values),
        definition=text or statement_text(CreateEnumType(native), "postgresql"),
        created=True,
        columns=sorted(columns),
        reasons=[],
        place=None,
    )


#: The condition that an object belongs to no extension, for a catalogue and an alias.
_OWN = (
    "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.{0}'::regclass"
    " AND d.objid = {1}.oid AND d.deptype = 'e')"
)

#: The condition that a function is not a part of another object, such as of a range type.
_WHOLE = (
    "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass"
    " AND d.objid = p.oid AND d.deptype = 'i')"
)

#: By kind, a query for schema, name, table schema, table and definition.
_OBJECTS = {
    "schema": f"""
SELECT n.nspname, n.nspname, NULL, NULL, 'CREATE SCHEMA ' || pg_catalog.quote_ident(n.nspname)
FROM pg_catalog.pg_namespace n WHERE {_OWN.format("pg_namespace", "n")}""",
    "extension": """
SELECT n.nspname, e.extname, NULL, NULL, 'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname)
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'""",
    "function": f"""
SELECT n.nspname, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', NULL, NULL,
  pg_catalog.pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'w') AND {_OWN.format("pg_proc", "p")} AND {_WHOLE}""",
    "procedure": f"""
SELECT n.nspname, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', NULL, NULL,
  pg_catalog.pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind = 'p' AND {_OWN.format("pg_proc", "p")}""",
    "trigger": f"""
SELECT n.nspname, t.tgname, n.nspname, c.relname, pg_catalog.pg_get_triggerdef(t.oid)
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_OWN.format("pg_trigger", "t")}""",
    "rule": f"""
SELECT n.nspname, r.rulename, n.nspname, c.relname, pg_catalog.pg_get_ruledef(r.oid)
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {_OWN.format("pg_rewrite", "r")}""",
    "policy": """
SELECT n.nspname, p.polname, n.nspname, c.relname,
  'CREATE POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON ' || p.polrelid::regclass::text
  || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
  || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
     WHEN 'd' THEN ' FOR DELETE' ELSE '' END
  || CASE WHEN p.polroles = '{0}' THEN '' ELSE ' TO ' || (SELECT pg_catalog.string_agg(
     pg_catalog.quote_ident(a.rolname), ', ' ORDER BY a.rolname) FROM pg_catalog.pg_roles a
     WHERE a.oid = ANY (p.polroles)) END
  || COALESCE(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
  || COALESCE(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""",
}

#: Kinds of objects that have no place in a document, with a query for their number.
_UNMODELLED = {
    "aggregates": "SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
    " WHERE p.prokind = 'a' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    f" AND {_OWN.format('pg_proc', 'p')}",
    "composite types": "SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relkind = 'c' AND"
    " c.relnamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN"
    f" ('pg_catalog', 'information_schema')) AND {_OWN.format('pg_class', 'c')}",
    "range types": "SELECT count(*) FROM pg_catalog.pg_type t WHERE t.typtype = 'r' AND t.oid >= 16384"
    f" AND {_OWN.format('pg_type', 't')}",
    "extended statistics": "SELECT count(*) FROM pg_catalog.pg_statistic_ext",
    "event triggers": "SELECT count(*) FROM pg_catalog.pg_event_trigger t"
    f" WHERE {_OWN.format('pg_event_trigger', 't')}",
    "publications": "SELECT count(*) FROM pg_catalog.pg_publication",
    "collations": "SELECT count(*) FROM pg_catalog.pg_collation c WHERE c.oid >= 16384 AND c.collnamespace NOT IN"
    f" (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog') AND {_OWN.format('pg_collation', 'c')}",
    "operators": "SELECT count(*) FROM pg_catalog.pg_operator o WHERE o.oid >= 16384"
    f" AND {_OWN.format('pg_operator', 'o')}",
    "casts": f"SELECT count(*) FROM pg_catalog.pg_cast c WHERE c.oid >= 16384 AND {_OWN.format('pg_cast', 'c')}",
    "languages": "SELECT count(*) FROM pg_catalog.pg_language l WHERE l.oid >= 16384"
    f" AND {_OWN.format('pg_language', 'l')}",
    "text search configurations": "SELECT count(*) FROM pg_catalog.pg_ts_config t WHERE t.oid >= 16384"
    f" AND {_OWN.format('pg_ts_config', 't')}",
    "text search dictionaries": "SELECT count(*) FROM pg_catalog.pg_ts_dict t WHERE t.oid >= 16384"
    f" AND {_OWN.format('pg_ts_dict', 't')}",
    "foreign servers": "SELECT count(*) FROM pg_catalog.pg_foreign_server",
    "partitions": "SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')",
}


def add_objects(rows: _Rows, schema: _Schema, schemas: list[str], reading: Reading) -> None:
    """Add all other objects, and name the kinds that have no place in a document."""
    creation = frames.Creation("unknown", None, None, ["postgresql"], None)
    for kind, query in _OBJECTS.items():
        for own, name, table_schema, table, definition in sorted(
            rows(query), key=lambda row: (row[0], row[1])
        ):
            if own not in schemas or (kind == "schema" and schema(own) is None):
                continue
            in_schema = schema(table_schema) if table is not None else None
            full = None if table is None else (table if in_schema is None else f"{in_schema}.{table}")
            reading.objects.append(
                frames.Object(
                    kind=kind,
                    metadata=METADATA,
                    schema=None if kind in ("schema", "extension") else schema(own),
                    name=checked_name(name),
                    table=full,
                    definition=definition,
                    postgresql=None,
                    creation=creation,
                    reasons=[],
                    place=None,
                )
            )
    for kind, query in _UNMODELLED.items():
        count = rows(query)[0][0]
        if count:
            message = f"the database has {kind} ({count}), which are not read"
            reading.remarks.append(frames.Remark("not-read", message, None))
