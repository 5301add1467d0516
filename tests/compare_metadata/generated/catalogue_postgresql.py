"""All that PostgreSQL tells of its schemas.

What the code gives no name is known by what it is: a table that was renamed keeps the names that its constraints and
the sequence of its numbers were given.
"""

from collections.abc import Iterable
from typing import Any

_OWN = "n.nspname IN ('public', 'extra')"

_ASKED = {
    "table": "SELECT n.nspname, c.relname, c.relkind::text, c.relpersistence::text, c.reloptions::text, "
    "obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE {_OWN} AND c.relkind IN ('r', 'v', 'm', 'p')",
    "column": "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), "
    "(SELECT collname FROM pg_collation l WHERE l.oid = a.attcollation AND l.collname <> 'default'), "
    "col_description(c.oid, a.attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    f"WHERE {_OWN} AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped",
    "constraint": "SELECT n.nspname, c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), k.condeferrable, "
    "k.condeferred, k.convalidated, obj_description(k.oid, 'pg_constraint') FROM pg_constraint k "
    "JOIN pg_class c ON c.oid = k.conrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN} AND k.contype <> 'n'",
    "index": "SELECT n.nspname, t.relname, c.relname, pg_get_indexdef(c.oid), i.indisvalid FROM pg_index i "
    "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN} "
    "AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))",
    "sequence": "SELECT n.nspname, c.relname, o.relname, a.attname, format_type(s.seqtypid, NULL), s.seqstart, "
    "s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') "
    "LEFT JOIN pg_class o ON o.oid = d.refobjid "
    "LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
    f"WHERE {_OWN}",
    "type": "SELECT n.nspname, t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_type t "
    "JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid "
    f"WHERE {_OWN} GROUP BY 1, 2",
    "domain": "SELECT n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, "
    "(SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k WHERE k.contypid = t.oid) FROM pg_type t "
    f"JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {_OWN} AND t.typtype = 'd'",
    "trigger": "SELECT n.nspname, g.tgname, pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN} AND NOT g.tgisinternal",
    "function": "SELECT n.nspname, p.proname, pg_get_functiondef(p.oid) FROM pg_proc p "
    f"JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OWN}",
    "view": "SELECT schemaname, viewname, definition FROM pg_views WHERE schemaname IN ('public', 'extra') "
    "UNION ALL SELECT schemaname, matviewname, definition FROM pg_matviews WHERE schemaname IN ('public', 'extra')",
}


def catalogue(connection: Any, names: Iterable[str]) -> dict[str, Any]:
    """What there is, line by line; `names` are those that the code gives."""
    given = set(names)
    found: dict[str, Any] = {}
    rows = {kind: [tuple(row) for row in connection.exec_driver_sql(query)] for kind, query in _ASKED.items()}
    numbers = {row[1]: f"<numbers of {row[2]}.{row[3]}>" for row in rows["sequence"] if row[1] not in given}
    for kind, lines in rows.items():
        for line in lines:
            own = [_without(value, numbers) for value in line]
            if kind == "constraint" and line[2] not in given:
                own[2] = "<unnamed>"
            if kind in ("constraint", "index"):
                own = [_same_texts(value) for value in own]
            # PostgreSQL's manual: `now()` is "equivalent to CURRENT_TIMESTAMP", so that no migration is to exchange them.
            if kind == "column" and own[7] == "CURRENT_TIMESTAMP":
                own[7] = "now()"
            key, value = (
                ((kind, *own[:3]), own[3:]) if kind in ("column", "index") else ((kind, *own[:2]), own[2:])
            )
            found.setdefault(" ".join(map(str, key)), []).append(value)
    return {key: sorted(map(repr, values)) for key, values in sorted(found.items())}


def _same_texts(value: Any) -> Any:
    """A condition without the casts among texts, which PostgreSQL folds: `ARRAY['x'::text]` is `ARRAY['x']::text[]`."""
    if not isinstance(value, str):
        return value
    for cast in ("::character varying", "::text[]", "::text"):
        value = value.replace(cast, "")
    return value.replace("(", " ").replace(")", " ").replace("  ", " ").replace("  ", " ")


def _without(value: Any, numbers: dict[str, str]) -> Any:
    """A value without the names that a database chose."""
    if isinstance(value, str):
        for name, shown in numbers.items():
            if value == name or f"'{name}'" in value or f".{name}'" in value or f'"{name}"' in value:
                value = value.replace(f'"{name}"', shown).replace(name, shown)
    return value
