"""Constraints and indexes of a table."""

from typing import Any

from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import AddConstraint, CheckConstraint, Column, UniqueConstraint

from .. import frames
from ..stand_in.reflection import is_reflected
from .columns import target_of
from .sql import dialect, expression, safe_text


def primary_key(table: Any) -> frames.PrimaryKey:
    """The primary key, even where it has no columns."""
    key = table.primary_key
    columns = [column for column in key.columns if not is_reflected(column)]
    return frames.PrimaryKey(_name(key), [safe_text(column.name) for column in columns])


def unique(table: Any) -> list[frames.UniqueConstraint]:
    """Unique constraints, sorted."""
    found = [
        frames.UniqueConstraint(
            _name(item),
            [safe_text(column.name) for column in item.columns],
            _flag(item.deferrable),
            _text(item.initially),
            sorted([*_in_its_column(item), *options(item)], key=lambda entry: entry.name),
        )
        for item in table.constraints
        if isinstance(item, UniqueConstraint)
    ]
    return sorted(found, key=lambda item: (item.columns, item.name or ""))


def _in_its_column(item: Any) -> list[frames.Entry]:
    """What SQLite is to do on a conflict, where the only column of a constraint says so and not the constraint."""
    columns = list(item.columns)
    if len(columns) != 1 or item.dialect_kwargs.get("sqlite_on_conflict") is not None:
        return []
    given = columns[0].dialect_kwargs.get("sqlite_on_conflict_unique")
    return [] if given is None else [frames.Entry("sqlite_on_conflict", _option_text(given))]


def foreign_keys(table: Any) -> list[frames.ForeignKeyConstraint]:
    """Foreign key constraints, sorted."""
    found = []
    for item in table.foreign_key_constraints:
        elements = list(item.elements)
        found.append(
            frames.ForeignKeyConstraint(
                name=_name(item),
                columns=[safe_text(element.parent.name) for element in elements],
                targets=[target_of(element) for element in elements],
                ondelete=_text(item.ondelete),
                onupdate=_text(item.onupdate),
                deferrable=_flag(item.deferrable),
                initially=_text(item.initially),
                match_type=_text(item.match),
                use_alter=bool(item.use_alter),
            )
        )
    return sorted(found, key=lambda item: (item.columns, item.targets, item.name or ""))


def checks(table: Any) -> list[frames.NamedSql]:
    """Check constraints without those that a type brings along, sorted."""
    found = [frames.NamedSql(_name(item), expression(item.sqltext) or "") for item in _checks(table)]
    return sorted(found, key=lambda item: (item.name or "", item.sql))


def _checks(table: Any) -> list[Any]:
    """Those of the table, and those that are written within a column, which SQLAlchemy keeps there alone."""
    found = list(table.constraints)
    for column in table.columns:
        found += () if is_reflected(column) else getattr(column, "constraints", ())
    return [
        item
        for item in found
        if isinstance(item, CheckConstraint) and not getattr(item, "_type_bound", False)
    ]


def expressions(table: Any) -> list[Any]:
    """The expressions in a table's constraints, indexes and columns, as SQLAlchemy has them."""
    found = [item.sqltext for item in _checks(table)]
    for index in table.indexes:
        found += [*index.expressions, *dict(index.dialect_kwargs).values()]
    for column in table.columns:
        found.append(getattr(getattr(column, "computed", None), "sqltext", None))
        found.append(getattr(column.server_default, "arg", None))
    return [item for item in found if hasattr(item, "compile") and not issubclass(type(item), Column)]


def excludes(table: Any) -> list[frames.NamedSql]:
    """Exclusion constraints, sorted."""
    found = [
        frames.NamedSql(_name(item), _constraint_ddl(item))
        for item in table.constraints
        if isinstance(item, ExcludeConstraint)
    ]
    return sorted(found, key=lambda item: (item.name or "", item.sql))


def indexes(table: Any) -> list[frames.Index]:
    """Indexes, sorted."""
    found = [
        frames.Index(
            _name(item), bool(item.unique), [_element(item, part) for part in item.expressions], options(item)
        )
        for item in table.indexes
    ]
    return sorted(found, key=lambda item: (item.name or "", [part.text for part in item.elements]))


def options(item: Any) -> list[frames.Entry]:
    """Dialect options that were given and say something, with their text, sorted."""
    found = []
    for name in sorted(getattr(item, "dialect_kwargs", {})):
        value = item.dialect_kwargs[name]
        if value is not None and value not in ({}, []) and value is not _usual(item, name):
            found.append(frames.Entry(safe_text(name), _option_text(value)))
    return found


def _usual(item: Any, name: str) -> Any:
    """The flag that an option is where it is not given: of `False`, which SQLAlchemy mostly says, not all are that."""
    of, _, option = name.partition("_")
    try:
        usual = item.dialect_options[of]._defaults.get(option)
    except BaseException:  # a dialect that is not here
        return False
    return usual if isinstance(usual, bool) else None


def _option_text(value: Any) -> str:
    if hasattr(value, "compile"):
        return expression(value) or ""
    if isinstance(value, dict):
        return ", ".join(
            f"{key}: {_option_text(item)}"
            for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(_option_text(item) for item in value)
    return safe_text(value)


def _element(index: Any, part: Any) -> frames.IndexElement:
    """One element, with its name as SQLAlchemy has it and its DDL text."""
    plain = issubclass(type(part), Column)
    text = (
        safe_text(getattr(part, "name", None) or part)
        if getattr(part, "name", None) is not None
        else safe_text(part)
    )
    operators = dict(index.dialect_kwargs).get("postgresql_ops") or {}
    sql = expression(part) or text
    if plain:
        sql = dialect("postgresql").identifier_preparer.quote(part.name)
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
        item._create_rule = rule  # what is added by a statement of its own is no longer made with its table


def _name(item: Any) -> str | None:
    """The name of a constraint or index, as SQLAlchemy's naming convention leaves it.

    A name that is not meant literally (`_NONE_NAME` and the like) has no text: the database makes one up.
    """
    name = item.name
    return str(name) if isinstance(name, str) else None


def _text(value: Any) -> str | None:
    return None if value is None else safe_text(value)


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)
