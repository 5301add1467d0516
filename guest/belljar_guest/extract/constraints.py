"""Constraints and indexes of a table."""

from typing import Any

from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import AddConstraint, Column, UniqueConstraint

from .. import frames
from ..stand_in.reflection import is_reflected
from .columns import target_of
from .dialect_scopes import dialects_of, is_type_bound, name_of, scope_of, text_dialect
from .expressions import checks_of
from .options import attribute_options, by_dialect, dialect_options_of, option_text, options, quote_option
from .sql import DIALECTS, ddl_expression, dialect, expression, safe_text


def primary_key(table: Any) -> frames.PrimaryKey:
    """The primary key, which may have no columns."""
    key = table.primary_key
    columns = [column for column in key.columns if not is_reflected(column)]
    names = [safe_text(column.name) for column in columns]
    more = attribute_options(key, ("deferrable", "initially", "comment"))
    return frames.PrimaryKey(name_of(key), names, _sorted([*more, *options(key)]), scope_of(key))


def unique(table: Any) -> list[frames.UniqueConstraint]:
    """The unique constraints, sorted."""
    found = [
        frames.UniqueConstraint(
            name_of(item),
            [safe_text(column.name) for column in item.columns],
            _flag(item.deferrable),
            _text(item.initially),
            _sorted(
                [
                    *_in_its_column(item),
                    *attribute_options(item, ("comment",)),
                    *options(item),
                    *quote_option(item.name),
                ]
            ),
            scope_of(item),
        )
        for item in table.constraints
        if isinstance(item, UniqueConstraint)
    ]
    return sorted(found, key=lambda item: (item.columns, item.name or ""))


def _in_its_column(item: Any) -> list[frames.Entry]:
    """The `ON CONFLICT` option for SQLite of a constraint's only column, if the constraint itself has none."""
    columns = list(item.columns)
    if len(columns) != 1 or dialect_options_of(item).get("sqlite_on_conflict") is not None:
        return []
    # A constraint may have a column that belongs to no table: `UniqueConstraint(column("x"))`.
    found = dialect_options_of(columns[0]).get("sqlite_on_conflict_unique")
    return [] if found is None else [frames.Entry("sqlite_on_conflict", option_text(found))]


def foreign_keys(table: Any) -> list[frames.ForeignKeyConstraint]:
    """The foreign key constraints, sorted."""
    found = []
    for item in table.foreign_key_constraints:
        elements = list(item.elements)
        found.append(
            frames.ForeignKeyConstraint(
                name=name_of(item),
                columns=[safe_text(element.parent.name) for element in elements],
                targets=[target_of(element) for element in elements],
                ondelete=_text(item.ondelete),
                onupdate=_text(item.onupdate),
                deferrable=_flag(item.deferrable),
                initially=_text(item.initially),
                match_type=_text(item.match),
                use_alter=bool(item.use_alter),
                options=_sorted(
                    [*attribute_options(item, ("comment",)), *options(item), *quote_option(item.name)]
                ),
                scope=scope_of(item),
            )
        )
    return sorted(found, key=lambda item: (item.columns, item.targets, item.name or ""))


def checks(table: Any) -> list[frames.NamedSql]:
    """The check constraints, including those that belong to a type, sorted."""
    found = [
        frames.NamedSql(
            name_of(item),
            _condition(item),
            _sorted(
                [
                    *attribute_options(item, ("deferrable", "initially", "comment")),
                    *options(item),
                    *quote_option(item.name),
                    *_own_conditions(item),
                ]
            ),
            scope_of(item),
        )
        for item in checks_of(table)
    ]
    return sorted(found, key=lambda item: (item.name or "", item.sql))


def _condition(item: Any) -> str:
    """The condition of a check; if the check belongs to a type, in the form of the DDL."""
    if not is_type_bound(item):
        return expression(item.sqltext) or ""
    name = text_dialect(item)
    text = ddl_expression(item.sqltext, name)
    return (
        (expression(item.sqltext, name) or "") if text is None else text
    )  # contains a value that the type can't render


def _own_conditions(item: Any) -> list[frames.Entry]:
    """The conditions that dialects render differently."""
    if not is_type_bound(item):
        return by_dialect("sql", item.sqltext)
    made, text = dialects_of(item), _condition(item)
    texts = ((name, ddl_expression(item.sqltext, name)) for name in (DIALECTS if made is None else made))
    return [frames.Entry(f"sql:{name}", own) for name, own in texts if own is not None and own != text]


def conditions_of_types(table: Any) -> set[str]:
    """The conditions of checks that belong to types."""
    return {_condition(item) for item in checks_of(table) if is_type_bound(item)}


def excludes(table: Any) -> list[frames.NamedSql]:
    """The exclusion constraints, sorted."""
    found = [
        frames.NamedSql(
            name_of(item), _constraint_ddl(item), attribute_options(item, ("comment",)), scope_of(item)
        )
        for item in table.constraints
        if isinstance(item, ExcludeConstraint)
    ]
    return sorted(found, key=lambda item: (item.name or "", item.sql))


def indexes(table: Any) -> list[frames.Index]:
    """The indexes, sorted."""
    found = [
        frames.Index(
            name_of(item),
            bool(item.unique),
            [_element(item, part) for part in item.expressions],
            _sorted([*options(item), *quote_option(item.name), *_own_elements(item)]),
            scope_of(item),
        )
        for item in table.indexes
    ]
    return sorted(found, key=lambda item: (item.name or "", [part.text for part in item.elements]))


def _own_elements(index: Any) -> list[frames.Entry]:
    """The expressions of an index that dialects render differently."""
    parts = enumerate(index.expressions)
    return [
        entry
        for number, part in parts
        if not issubclass(type(part), Column)
        for entry in by_dialect(f"element {number}", part)
    ]


def _element(index: Any, part: Any) -> frames.IndexElement:
    """One element, with its name in SQLAlchemy and its DDL text."""
    plain = issubclass(type(part), Column)
    text = (
        safe_text(getattr(part, "name", None) or part)
        if getattr(part, "name", None) is not None
        else safe_text(part)
    )
    operators = dialect_options_of(index).get("postgresql_ops") or {}
    quote = dialect("postgresql").identifier_preparer.quote
    sql = quote(part.name) if plain else expression(part) or text
    operator = operators.get(getattr(part, "key", None)) if isinstance(operators, dict) else None
    return frames.IndexElement(
        safe_text(part.name) if plain else None, text, f"{sql} {operator}" if operator else sql
    )


def _constraint_ddl(item: Any) -> str:
    rule = getattr(item, "_create_rule", None)
    try:
        return str(AddConstraint(item).compile(dialect=dialect("postgresql"))).partition(" ADD ")[2].strip()
    except BaseException:
        return safe_text(item)
    finally:
        item._create_rule = rule  # `AddConstraint` sets a rule that excludes it from its table's statement


def _text(value: Any) -> str | None:
    return None if value is None else safe_text(value)


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _sorted(entries: list[frames.Entry]) -> list[frames.Entry]:
    return sorted(entries, key=lambda entry: entry.name)
