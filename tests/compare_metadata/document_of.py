"""The document of frames that an inspection sends, as the host assembles it."""

from typing import Any

from belljar_guest import frames

Json = dict[str, Any]


def document_of(found: list[frames.Frame], empty: Json) -> Json:
    """A document; `empty` is one of the same program, whose head it has."""
    made = {key: [] if isinstance(value, list) else value for key, value in empty.items()}
    kinds: dict[type, str] = {
        frames.Table: "tables",
        frames.View: "views",
        frames.DeclaredSequence: "sequences",
        frames.NamedType: "types",
        frames.Object: "objects",
    }
    writers: dict[str, Any] = {
        "tables": _table,
        "views": _view,
        "sequences": _sequence,
        "types": _type,
        "objects": _object,
    }
    for item in found:
        key = kinds.get(type(item))
        if key is not None:
            made[key].append(writers[key](item))
    tables = made["tables"]
    made["summary"] = {**empty["summary"], "tables_exact": len(tables)}
    return made


def _whole(reasons: list[frames.Reason]) -> Json:
    found = [{"code": item.code, "message": item.message, "hint": None, "package": None} for item in reasons]
    return {"status": "partial" if found else "exact", "reasons": found, "place": None}


def _entries(entries: list[frames.Entry]) -> Json:
    return {item.name: item.value for item in entries}


def _plain(item: Any, names: str) -> Json:
    return {name: getattr(item, name) for name in names.split()}


def _column_type(item: frames.ColumnType | None) -> Json | None:
    if item is None:
        return None
    ddl = _entries(item.ddl)
    made: Json = {"class": item.class_name, "module": item.module}
    made |= _plain(item, "repr enum_values enum_name")
    made |= {name: ddl.get(name) for name in ("postgresql", "mysql", "sqlite", "mssql", "oracle")}
    return {**made, "mariadb": ddl["mariadb"]} if "mariadb" in ddl else made


def _column(item: frames.Column) -> Json:
    return {
        "name": item.name,
        "key": None,
        "attribute": None,
        **_whole(item.reasons),
        "type": _column_type(item.ty),
        **_plain(item, "nullable primary_key autoincrement server_default server_onupdate comment"),
        "default": None,
        "onupdate": None,
        "computed": None if item.computed is None else _plain(item.computed, "sql persisted"),
        "identity": None
        if item.identity is None
        else {
            **_plain(item.identity, "always start increment"),
            "options": _entries(item.identity.options),
        },
        "sequence": None,
        "foreign_keys": [_plain(key, "target ondelete onupdate") for key in item.foreign_keys],
        "options": _entries(item.options),
    }


def _table(item: frames.Table) -> Json:
    keys = "name columns targets ondelete onupdate deferrable initially use_alter"
    return {
        **_plain(item, "metadata schema name comment prefixes"),
        **_whole(item.reasons),
        "class": None,
        "columns": [_column(column) for column in item.columns],
        "primary_key": _constraint(item.primary_key, "name columns"),
        "unique": [_constraint(one, "name columns deferrable initially") for one in item.unique],
        "foreign_keys": [{**_constraint(one, keys), "match": one.match_type} for one in item.foreign_keys],
        "checks": [_constraint(one, "name sql") for one in item.checks],
        "indexes": [_index(one) for one in item.indexes],
        "excludes": [_constraint(one, "name sql") for one in item.excludes],
        "options": _entries(item.options),
    }


def _constraint(item: Any, names: str) -> Json:
    return {**_plain(item, names), "options": _entries(item.options)}


def _index(item: frames.Index) -> Json:
    return {
        **_constraint(item, "name unique"),
        "columns": [part.text for part in item.elements],
        "elements": [_plain(part, "column sql") for part in item.elements],
    }


def _creation(item: frames.Creation) -> Json:
    return _plain(item, "made_by event target dialects condition")


def _view(item: frames.View) -> Json:
    columns = [
        {
            "name": column.name,
            "attribute": None,
            **_whole(column.reasons),
            "type": _column_type(column.ty),
            "comment": column.comment,
        }
        for column in item.columns
    ]
    return {
        **_plain(item, "metadata schema name materialized reads postgresql"),
        **_whole(item.reasons),
        "class": None,
        "columns": columns,
        "indexes": [_index(one) for one in item.indexes],
        "sql": item.query,
        "options": _entries(item.options),
        "creation": _creation(item.creation),
    }


def _sequence(item: frames.DeclaredSequence) -> Json:
    names = "schema name start increment min_value max_value cycle cache data_type"
    own = {**_plain(item.sequence, names), "options": _entries(item.sequence.options)}
    return {**own, "metadata": item.metadata, **_whole(item.reasons)}


def _type(item: frames.NamedType) -> Json:
    names = _plain(item, "kind metadata schema name values created columns")
    return {**names, **_whole(item.reasons), "sql": item.definition}


def _object(item: frames.Object) -> Json:
    names = _plain(item, "kind metadata schema name table postgresql")
    return {**names, **_whole(item.reasons), "sql": item.definition, "creation": _creation(item.creation)}
