"""Columns and their types."""

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy.schema import Sequence

from .. import frames
from ..stand_in.sqlalchemy_patches import NOTES, StandInType
from ..stand_in.value import StandIn
from . import compilers, plain_columns, server_dependence, sql, unrepresented
from .doubts import AT_IMPORT, Doubts
from .options import column_options, identity_options, sequence_options
from .sql import DIALECTS, MARIADB, default_text, expression, safe_repr, safe_text, type_ddl

#: The replacement for a value that differs in every run.
TAKEN = "(taken at import)"


class _Begun(NamedTuple):
    """What is found out of every column first; more is added to the reasons."""

    default: frames.Default | None
    onupdate: frames.Default | None
    foreign_keys: list[frames.ForeignKey]
    reasons: list[frames.Reason]


def column_frame(column: Any, doubts: Doubts) -> frames.Column:
    """The frame of one column."""
    begun = _begin(column, doubts)
    key = plain_columns.key_of(column, begun.default, begun.onupdate)
    rest = plain_columns.find(key)
    if rest is not None and getattr(column.name, "quote", None) is None and not _is_untyped(column):
        reasons = begun.reasons + doubts.of_texts(_texts(column, begun.foreign_keys))
        if not any(reason.code == AT_IMPORT for reason in reasons):
            head = plain_columns.Head(
                safe_text(column.name), safe_text(column.key), doubts.distinct(reasons), _place_of(column)
            )
            return plain_columns.make(head, rest, begun.foreign_keys)
    before = len(begun.reasons)
    made = _whole_frame(column, doubts, begun)
    if len(begun.reasons) == before and not made.options and not _is_untyped(column):
        plain_columns.keep(key, column, made)
    return without_values(made, "") if any(reason.code == AT_IMPORT for reason in begun.reasons) else made


def _begin(column: Any, doubts: Doubts) -> _Begun:
    notes = column.__dict__.get(NOTES)
    foreign_keys = sorted((_foreign_key(item) for item in column.foreign_keys), key=lambda item: item.target)
    reasons = [*(notes.reasons if notes else ()), *doubts.of_statements(column, column.table)]
    return _Begun(_default(column.default), _default(column.onupdate), foreign_keys, reasons)


def _place_of(column: Any) -> frames.Place | None:
    notes = column.__dict__.get(NOTES)
    return notes.place if notes else None


def _is_untyped(column: Any) -> bool:
    """Whether it may have the type of a column that it refers to."""
    return bool(column.foreign_keys) and type(column.type).__name__ == "NullType"


def _texts(column: Any, foreign_keys: list[frames.ForeignKey]) -> list[str | None]:
    """The texts of a column besides those of its defaults."""
    return [column.name, column.comment, *(item.target for item in foreign_keys), *_actions(foreign_keys)]


def _whole_frame(column: Any, doubts: Doubts, begun: _Begun) -> frames.Column:
    """The frame of a column; its doubts are added to those that are known."""
    default, onupdate, foreign_keys, reasons = begun
    computed, identity = getattr(column, "computed", None), getattr(column, "identity", None)
    ty = type_frame(column.type)
    reasons += (
        doubts.of_type(column.type, ty)
        + doubts.of_reference(column)
        + unrepresented.reasons_of_column(column)
    )
    reasons += server_dependence.reasons_of_column(column)
    server_default, server_onupdate = (
        default_text(column.server_default),
        default_text(column.server_onupdate),
    )
    defaults = [item.text for item in (default, onupdate) if item]
    reasons += doubts.of_texts([*_texts(column, foreign_keys), *defaults, server_default, server_onupdate])
    return frames.Column(
        name=safe_text(column.name),
        key=safe_text(column.key),
        reasons=doubts.distinct(reasons),
        place=_place_of(column),
        ty=ty,
        nullable=bool(_without_guess(column.nullable)),
        primary_key=bool(_without_guess(column.primary_key)),
        autoincrement=safe_text(column.autoincrement).lower(),
        server_default=server_default,
        server_default_literal=isinstance(getattr(column.server_default, "arg", None), str),
        server_onupdate=server_onupdate,
        default=default,
        onupdate=onupdate,
        computed=frames.Computed(expression(computed.sqltext) or "", computed.persisted)
        if computed is not None
        else None,
        identity=frames.Identity(
            bool(identity.always), identity.start, identity.increment, identity_options(identity)
        )
        if identity is not None
        else None,
        sequence=sequence_frame(column.default) if issubclass(type(column.default), Sequence) else None,
        comment=_optional(column.comment),
        foreign_keys=foreign_keys,
        options=column_options(column),
    )


def without_values(column: frames.Column, source: str) -> frames.Column:
    """A column without values that differ in every run, that is, those that are not written in the source."""

    def kept(default: frames.Default | None) -> frames.Default | None:
        if default is None or default.kind != "scalar" or (source and default.text.strip("'") in source):
            return default
        return frames.Default("scalar", TAKEN)

    text = column.server_default
    return replace(
        column,
        default=kept(column.default),
        onupdate=kept(column.onupdate),
        server_default=text if text is None or (source and text in source) else TAKEN,
    )


#: Cached frames of SQLAlchemy's own types, by class and arguments; valid while no code of the repository runs.
_known: dict[tuple[Any, ...], frames.ColumnType] = {}


def forget_types() -> None:
    """Clear the caches: code that ran since may have changed how types and statements are compiled."""
    _known.clear()
    plain_columns.forget()
    sql.forget_texts()
    server_dependence.forget()
    compilers.find_compilers()


def type_frame(column_type: Any) -> frames.ColumnType:
    """The frame of a type; cached for SQLAlchemy's own types, which many columns share."""
    key = plain_columns.type_key(column_type)
    if key is None:
        return _type_frame(column_type)
    if key not in _known:
        _known[key] = _type_frame(column_type)
    return _known[key]


def _type_frame(column_type: Any) -> frames.ColumnType:
    cls = type(column_type)
    if isinstance(column_type, StandInType):
        module, _, name = column_type.origin.rpartition(".")
        return frames.ColumnType(name, module, column_type.origin, None, None, [], of_float=False)
    ddl = [frames.Entry(name, text) for name in DIALECTS if (text := type_ddl(column_type, name)) is not None]
    own = type_ddl(column_type, MARIADB)
    if own is not None and own != type_ddl(column_type, "mysql"):
        ddl.append(frames.Entry(MARIADB, own))
    values = getattr(column_type, "enums", None)
    named = getattr(column_type, "name", None) if values is not None else None
    return frames.ColumnType(
        class_name=cls.__name__,
        module=cls.__module__,
        repr=safe_repr(column_type),
        enum_values=[safe_text(value) for value in values] if isinstance(values, (list, tuple)) else None,
        enum_name=_optional(named),
        ddl=ddl,
        of_float=plain_columns.is_of_float(column_type),
    )


def target_of(foreign_key: Any) -> str:
    """`[schema.]table.column` as in the database; as written in the code if the table does not exist."""
    try:
        column = foreign_key.column
        return f"{column.table.fullname}.{column.name}"
    except BaseException:  # such as NoReferencedTableError
        return safe_text(foreign_key._get_colspec())


def sequence_frame(sequence: Any) -> frames.Sequence:
    """The frame of a sequence."""
    data_type, cycle = getattr(sequence, "data_type", None), getattr(sequence, "cycle", None)
    return frames.Sequence(
        schema=_optional(sequence.schema),
        name=safe_text(sequence.name),
        start=_number(sequence, "start"),
        increment=_number(sequence, "increment"),
        min_value=_number(sequence, "minvalue"),
        max_value=_number(sequence, "maxvalue"),
        cycle=cycle if isinstance(cycle, bool) else None,
        cache=_number(sequence, "cache"),
        data_type=type_ddl(data_type, "postgresql") if data_type is not None else None,
        options=sequence_options(sequence),
    )


def _number(sequence: Any, name: str) -> int | None:
    value = getattr(sequence, name, None)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _foreign_key(item: Any) -> frames.ForeignKey:
    return frames.ForeignKey(target_of(item), _optional(item.ondelete), _optional(item.onupdate))


def _actions(foreign_keys: list[frames.ForeignKey]) -> list[str | None]:
    return [action for item in foreign_keys for action in (item.ondelete, item.onupdate)]


def _optional(value: Any) -> str | None:
    return None if value is None else safe_text(value)


def _without_guess(value: Any) -> Any:
    """True for a stand-in, without recording a guess: the column has a doubt of its own."""
    return True if isinstance(value, StandIn) else value


def _default(default: Any) -> frames.Default | None:
    """The frame of a client-side default."""
    if default is None:
        return None
    argument = getattr(default, "arg", None)
    if issubclass(type(default), Sequence):
        return frames.Default("sequence", safe_text(default.name))
    if getattr(default, "is_clause_element", False):
        return frames.Default("clause", expression(argument) or "")
    if getattr(default, "is_callable", False):
        return frames.Default("callable", _callable_name(argument))
    return frames.Default("scalar", safe_repr(argument))


def _callable_name(function: Any) -> str:
    """The name of a function, which SQLAlchemy wraps if it takes no context argument."""
    wrapped = getattr(function, "__wrapped__", None)
    if wrapped is None and getattr(function, "__name__", "") == "<lambda>":
        cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
        wrapped = next((value for value in cells if callable(value)), None)
    function = wrapped if wrapped is not None else function
    if isinstance(function, StandIn):
        return str(function)
    owner = getattr(
        function, "__self__", None
    )  # a builtin such as `datetime.utcnow` has no module of its own
    module = getattr(function, "__module__", None) or getattr(owner, "__module__", None)
    name = getattr(function, "__qualname__", None)
    return (
        f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else type(function).__name__
    )
