"""From the parts of a table to its frame, with the same texts as an extraction gives."""

from dataclasses import replace
from typing import Any

from .. import frames
from ..extract.columns import type_frame
from ..extract.options import option_text
from ..extract.sql import DIALECTS, safe_text
from ..extract.sql import dialect as dialect_of
from .parts import METADATA, Reading, TableParts, checked_name
from .postgresql_objects import unless_usual

_EVERYWHERE = frames.Scope([], None)


def table_frame(parts: TableParts, reading: Reading, serial: int) -> frames.Table:
    """The frame of a table."""
    keys = [_foreign_key(item) for item in parts.foreign_keys]
    primary = list(parts.primary_key.get("constrained_columns") or ())
    return frames.Table(
        serial=serial,
        metadata=METADATA,
        schema=parts.schema,
        name=checked_name(parts.name),
        reasons=list(parts.reasons),
        place=None,
        columns=[_column(item, primary, keys) for item in parts.columns],
        primary_key=_primary_key(parts.primary_key, primary),
        unique=sorted(map(_unique, parts.unique), key=lambda item: (item.columns, item.name or "")),
        foreign_keys=sorted(keys, key=lambda item: (item.columns, item.targets, item.name or "")),
        checks=sorted(map(_check, parts.checks), key=lambda item: (item.name or "", item.sql)),
        indexes=_indexes(parts, reading.dialect),
        excludes=sorted(map(_exclude, parts.excludes), key=lambda item: (item.name or "", item.sql)),
        comment=parts.comment,
        prefixes=parts.prefixes,
        options=_options(parts.options),
    )


def view_frame(parts: TableParts, reading: Reading) -> frames.View:
    """The frame of a view."""
    return frames.View(
        metadata=METADATA,
        schema=parts.schema,
        name=checked_name(parts.name),
        materialized=parts.kind == "materialized_view",
        owner=None,
        query=parts.definition,
        postgresql=None,
        columns=[
            frames.ViewColumn(
                checked_name(item["name"]),
                None if item["type"] is None else type_frame(item["type"]),
                item.get("comment"),
                [],
                None,
            )
            for item in parts.columns
        ],
        indexes=_indexes(parts, reading.dialect),
        reads=parts.reads,
        options=_options(parts.options),
        creation=frames.Creation("unknown", None, None, [reading.dialect], None),
        reasons=list(parts.reasons),
        place=None,
    )


def _column(
    item: dict[str, Any], primary: list[str], keys: list[frames.ForeignKeyConstraint]
) -> frames.Column:
    name = checked_name(item["name"])
    computed, identity, default = item.get("computed"), item.get("identity"), item.get("default")
    return frames.Column(
        name=name,
        key=name,
        reasons=[] if "declared" in item else _reasons_of_type(item["type"]),
        place=None,
        ty=_type(item),
        nullable=bool(item["nullable"]),
        primary_key=name in primary,
        autoincrement=item.get("autoincrement", "auto"),
        server_default=None if default is None else safe_text(default),
        server_default_literal=False,
        server_onupdate=item.get("onupdate"),
        default=None,
        onupdate=None,
        computed=None
        if computed is None
        else frames.Computed(computed["sqltext"], computed.get("persisted")),
        identity=None if identity is None else _identity(identity, item["type"]),
        sequence=None,
        comment=item.get("comment"),
        foreign_keys=_references(name, keys),
        options=_options(item.get("options", {})),
    )


def _type(item: dict[str, Any]) -> frames.ColumnType:
    """The type of a column, in the words of the database if SQLAlchemy does not know them."""
    found = type_frame(item["type"])
    if "declared" not in item:
        return found
    dialect, text = item["declared"]
    texts = {entry.name: entry.value for entry in found.ddl} | {dialect: text}
    return replace(found, ddl=[frames.Entry(name, texts[name]) for name in DIALECTS if name in texts])


def _reasons_of_type(column_type: Any) -> list[frames.Reason]:
    if type(column_type).__name__ == "NullType":
        return [frames.Reason("unknown-type", "SQLAlchemy does not know its type", None)]
    return []


def _references(name: str, keys: list[frames.ForeignKeyConstraint]) -> list[frames.ForeignKey]:
    found = [
        frames.ForeignKey(key.targets[key.columns.index(name)], key.ondelete, key.onupdate)
        for key in keys
        if name in key.columns
    ]
    return sorted(found, key=lambda item: item.target)


def _identity(values: dict[str, Any], column_type: Any) -> frames.Identity:
    kind = {"SMALLINT": "smallint", "BIGINT": "bigint"}.get(type(column_type).__name__, "integer")
    own = {name: value for name, value in values.items() if name != "always"}
    own = unless_usual(own, kind)
    options = {name: own[name] for name in ("cache", "cycle", "maxvalue", "minvalue") if own.get(name)}
    return frames.Identity(bool(values["always"]), own.get("start"), own.get("increment"), _options(options))


def _primary_key(item: dict[str, Any], columns: list[str]) -> frames.PrimaryKey:
    name = item.get("name") if columns else None
    return frames.PrimaryKey(name, columns, _options(_more(item)), _EVERYWHERE)


def _more(
    item: dict[str, Any], names: tuple[str, ...] = ("deferrable", "initially", "comment")
) -> dict[str, Any]:
    """The options of a constraint, and attributes without a field."""
    found = {name: item[name] for name in names if item.get(name)}
    return {**found, **item.get("dialect_options", {})}


def _unique(item: dict[str, Any]) -> frames.UniqueConstraint:
    return frames.UniqueConstraint(
        name=item["name"],
        columns=list(item["column_names"]),
        deferrable=item.get("deferrable"),
        initially=item.get("initially"),
        options=_options(_more(item, ("comment",))),
        scope=_EVERYWHERE,
    )


def _foreign_key(item: dict[str, Any]) -> frames.ForeignKeyConstraint:
    schema, table = item["referred_schema"], item["referred_table"]
    full = table if schema is None else f"{schema}.{table}"
    options = item.get("options", {})
    return frames.ForeignKeyConstraint(
        name=item["name"],
        columns=[checked_name(name) for name in item["constrained_columns"]],
        targets=[f"{full}.{name}" for name in item["referred_columns"]],
        ondelete=options.get("ondelete"),
        onupdate=options.get("onupdate"),
        deferrable=options.get("deferrable"),
        initially=options.get("initially"),
        match_type=options.get("match"),
        use_alter=False,
        options=_options(_more(item, ("comment",))),
        scope=_EVERYWHERE,
    )


def _check(item: dict[str, Any]) -> frames.NamedSql:
    own = {f"postgresql_{name}": value for name, value in item.get("dialect_options", {}).items()}
    options = {**_more({"comment": item.get("comment")}, ("comment",)), **own}
    return frames.NamedSql(item["name"], item["sqltext"], _options(options), _EVERYWHERE)


def _exclude(item: dict[str, Any]) -> frames.NamedSql:
    name = dialect_of("postgresql").identifier_preparer.quote(item["name"])
    text = f"CONSTRAINT {name} {item['definition']}"
    return frames.NamedSql(item["name"], text, [], _EVERYWHERE)


def _indexes(parts: TableParts, dialect: str) -> list[frames.Index]:
    unique = {item["name"] for item in parts.unique}
    found = [
        _index(item, dialect)
        for item in parts.indexes
        if not item.get("duplicates_constraint") or item["duplicates_constraint"] not in unique
    ]
    return sorted(found, key=lambda item: (item.name or "", [part.text for part in item.elements]))


#: What `column_sorting` says, in SQL.
_SORTING = {"asc": "ASC", "desc": "DESC", "nulls_first": "NULLS FIRST", "nulls_last": "NULLS LAST"}


def _index(item: dict[str, Any], dialect: str) -> frames.Index:
    options = dict(item.get("dialect_options", {}))
    operators = options.get("postgresql_ops") or {}
    quote = dialect_of("postgresql").identifier_preparer.quote
    elements = []
    columns = item["column_names"]
    for name, text in zip(columns, item.get("expressions") or columns, strict=True):
        sql = quote(name) if name is not None else text
        if text in operators:
            sql = f"{sql} {operators[text]}"
        words = [_SORTING[word] for word in (item.get("column_sorting") or {}).get(text, ())]
        plain = name is not None and not words
        sql = " ".join((sql, *words))
        elements.append(frames.IndexElement(name if plain else None, name if plain and name else sql, sql))
    return frames.Index(item["name"], bool(item["unique"]), elements, _options(options), _EVERYWHERE)


#: Options that are true unless something else is stated.
_TRUE = ("sqlite_with_rowid",)


def _options(given: dict[str, Any]) -> list[frames.Entry]:
    """Options that are set, with their texts, sorted."""
    return [
        frames.Entry(name, option_text(value))
        for name, value in sorted(given.items())
        if value is not None and (value is not False or name in _TRUE) and value not in ({}, [], ())
    ]
