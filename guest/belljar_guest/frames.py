"""The frames a guest sends, with their postcard encoding.

Generated from the Rust types in `host/extract/frames`; do not edit. `make frames` rewrites it.
"""

from dataclasses import dataclass


def _varint(out: bytearray, value: int) -> None:
    """Append an unsigned LEB128 number."""
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _zigzag(out: bytearray, value: int) -> None:
    """Append a signed 64-bit number, zigzag first; values beyond that range are clamped."""
    value = max(-(1 << 63), min((1 << 63) - 1, value))
    _varint(out, (value << 1) ^ (value >> 63))


#: Encoded strings, since names, types and paths repeat from column to column.
_encoded: dict[str, bytes] = {}


def _text(out: bytearray, value: str) -> None:
    """Append a string; lone surrogates, which UTF-8 does not have, are escaped."""
    is_plain = type(value) is str  # a subclass may have a hash of its own
    data = _encoded.get(value) if is_plain else None
    if data is None:
        text = value.encode("utf-8", "backslashreplace")
        head = bytearray()
        _varint(head, len(text))
        data = bytes(head) + text
        if is_plain and len(text) < 200 and len(_encoded) < 10_000:
            _encoded[value] = data
    out += data


PROTOCOL = 5


@dataclass(frozen=True, slots=True)
class Hello:
    """`Hello` of the frame types."""

    protocol: int
    python: str
    sqlalchemy: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, self.protocol)
        _text(out, self.python)
        _text(out, self.sqlalchemy)


@dataclass(frozen=True, slots=True)
class ModuleStarted:
    """`ModuleStarted` of the frame types."""

    name: str
    path: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.path)


@dataclass(frozen=True, slots=True)
class ModuleLoaded:
    """`ModuleLoaded` of the frame types."""

    name: str
    path: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.path)


@dataclass(frozen=True, slots=True)
class ModuleFailed:
    """`ModuleFailed` of the frame types."""

    name: str
    path: str
    line: int
    error: str
    message: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.path)
        _varint(out, self.line)
        _text(out, self.error)
        _text(out, self.message)


@dataclass(frozen=True, slots=True)
class StatementSkipped:
    """`StatementSkipped` of the frame types."""

    module: str
    path: str
    line: int
    end_line: int
    names: list[str]
    error: str
    message: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.module)
        _text(out, self.path)
        _varint(out, self.line)
        _varint(out, self.end_line)
        _varint(out, len(self.names))
        for item in self.names:
            _text(out, item)
        _text(out, self.error)
        _text(out, self.message)


@dataclass(frozen=True, slots=True)
class Place:
    """`Place` of the frame types."""

    path: str
    line: int

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.path)
        _varint(out, self.line)


@dataclass(frozen=True, slots=True)
class StandIn:
    """`StandIn` of the frame types."""

    module: str
    kind: str
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.module)
        _text(out, self.kind)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Guess:
    """`Guess` of the frame types."""

    origin: str
    kind: str
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.origin)
        _text(out, self.kind)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Reason:
    """`Reason` of the frame types."""

    code: str
    message: str
    origin: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.code)
        _text(out, self.message)
        if self.origin is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.origin)


@dataclass(frozen=True, slots=True)
class Entry:
    """`Entry` of the frame types."""

    name: str
    value: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.value)


@dataclass(frozen=True, slots=True)
class ColumnType:
    """`ColumnType` of the frame types."""

    class_name: str
    module: str
    repr: str
    enum_values: list[str] | None
    enum_name: str | None
    ddl: list[Entry]
    of_float: bool

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.class_name)
        _text(out, self.module)
        _text(out, self.repr)
        if self.enum_values is None:
            out.append(0)
        else:
            out.append(1)
            _varint(out, len(self.enum_values))
            for item3 in self.enum_values:
                _text(out, item3)
        if self.enum_name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.enum_name)
        _varint(out, len(self.ddl))
        for item in self.ddl:
            item.write(out)
        out.append(1 if self.of_float else 0)


@dataclass(frozen=True, slots=True)
class Default:
    """`Default` of the frame types."""

    kind: str
    text: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.kind)
        _text(out, self.text)


@dataclass(frozen=True, slots=True)
class Computed:
    """`Computed` of the frame types."""

    sql: str
    persisted: bool | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.sql)
        if self.persisted is None:
            out.append(0)
        else:
            out.append(1)
            out.append(1 if self.persisted else 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """`Identity` of the frame types."""

    always: bool
    start: int | None
    increment: int | None
    options: list[Entry]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        out.append(1 if self.always else 0)
        if self.start is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.start)
        if self.increment is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.increment)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)


@dataclass(frozen=True, slots=True)
class Sequence:
    """`Sequence` of the frame types."""

    schema: str | None
    name: str
    start: int | None
    increment: int | None
    min_value: int | None
    max_value: int | None
    cycle: bool | None
    cache: int | None
    data_type: str | None
    options: list[Entry]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.name)
        if self.start is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.start)
        if self.increment is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.increment)
        if self.min_value is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.min_value)
        if self.max_value is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.max_value)
        if self.cycle is None:
            out.append(0)
        else:
            out.append(1)
            out.append(1 if self.cycle else 0)
        if self.cache is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.cache)
        if self.data_type is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.data_type)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`ForeignKey` of the frame types."""

    target: str
    ondelete: str | None
    onupdate: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.target)
        if self.ondelete is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.ondelete)
        if self.onupdate is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.onupdate)


@dataclass(frozen=True, slots=True)
class Column:
    """`Column` of the frame types."""

    name: str
    key: str
    reasons: list[Reason]
    place: Place | None
    ty: ColumnType
    nullable: bool
    primary_key: bool
    autoincrement: str
    server_default: str | None
    server_default_literal: bool
    server_onupdate: str | None
    default: Default | None
    onupdate: Default | None
    computed: Computed | None
    identity: Identity | None
    sequence: Sequence | None
    comment: str | None
    foreign_keys: list[ForeignKey]
    options: list[Entry]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.key)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)
        self.ty.write(out)
        out.append(1 if self.nullable else 0)
        out.append(1 if self.primary_key else 0)
        _text(out, self.autoincrement)
        if self.server_default is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.server_default)
        out.append(1 if self.server_default_literal else 0)
        if self.server_onupdate is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.server_onupdate)
        if self.default is None:
            out.append(0)
        else:
            out.append(1)
            self.default.write(out)
        if self.onupdate is None:
            out.append(0)
        else:
            out.append(1)
            self.onupdate.write(out)
        if self.computed is None:
            out.append(0)
        else:
            out.append(1)
            self.computed.write(out)
        if self.identity is None:
            out.append(0)
        else:
            out.append(1)
            self.identity.write(out)
        if self.sequence is None:
            out.append(0)
        else:
            out.append(1)
            self.sequence.write(out)
        if self.comment is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.comment)
        _varint(out, len(self.foreign_keys))
        for item in self.foreign_keys:
            item.write(out)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)


@dataclass(frozen=True, slots=True)
class Scope:
    """`Scope` of the frame types."""

    names: list[Entry]
    dialects: list[str] | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, len(self.names))
        for item in self.names:
            item.write(out)
        if self.dialects is None:
            out.append(0)
        else:
            out.append(1)
            _varint(out, len(self.dialects))
            for item3 in self.dialects:
                _text(out, item3)


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """`PrimaryKey` of the frame types."""

    name: str | None
    columns: list[str]
    options: list[Entry]
    scope: Scope

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        _varint(out, len(self.columns))
        for item in self.columns:
            _text(out, item)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.scope.write(out)


@dataclass(frozen=True, slots=True)
class UniqueConstraint:
    """`UniqueConstraint` of the frame types."""

    name: str | None
    columns: list[str]
    deferrable: bool | None
    initially: str | None
    options: list[Entry]
    scope: Scope

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        _varint(out, len(self.columns))
        for item in self.columns:
            _text(out, item)
        if self.deferrable is None:
            out.append(0)
        else:
            out.append(1)
            out.append(1 if self.deferrable else 0)
        if self.initially is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.initially)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.scope.write(out)


@dataclass(frozen=True, slots=True)
class ForeignKeyConstraint:
    """`ForeignKeyConstraint` of the frame types."""

    name: str | None
    columns: list[str]
    targets: list[str]
    ondelete: str | None
    onupdate: str | None
    deferrable: bool | None
    initially: str | None
    match_type: str | None
    use_alter: bool
    options: list[Entry]
    scope: Scope

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        _varint(out, len(self.columns))
        for item in self.columns:
            _text(out, item)
        _varint(out, len(self.targets))
        for item in self.targets:
            _text(out, item)
        if self.ondelete is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.ondelete)
        if self.onupdate is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.onupdate)
        if self.deferrable is None:
            out.append(0)
        else:
            out.append(1)
            out.append(1 if self.deferrable else 0)
        if self.initially is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.initially)
        if self.match_type is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.match_type)
        out.append(1 if self.use_alter else 0)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.scope.write(out)


@dataclass(frozen=True, slots=True)
class NamedSql:
    """`NamedSql` of the frame types."""

    name: str | None
    sql: str
    options: list[Entry]
    scope: Scope

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        _text(out, self.sql)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.scope.write(out)


@dataclass(frozen=True, slots=True)
class IndexElement:
    """`IndexElement` of the frame types."""

    column: str | None
    text: str
    sql: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.column is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.column)
        _text(out, self.text)
        _text(out, self.sql)


@dataclass(frozen=True, slots=True)
class Index:
    """`Index` of the frame types."""

    name: str | None
    unique: bool
    elements: list[IndexElement]
    options: list[Entry]
    scope: Scope

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        out.append(1 if self.unique else 0)
        _varint(out, len(self.elements))
        for item in self.elements:
            item.write(out)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.scope.write(out)


@dataclass(frozen=True, slots=True)
class Table:
    """`Table` of the frame types."""

    serial: int
    metadata: str
    schema: str | None
    name: str
    reasons: list[Reason]
    place: Place | None
    columns: list[Column]
    primary_key: PrimaryKey
    unique: list[UniqueConstraint]
    foreign_keys: list[ForeignKeyConstraint]
    checks: list[NamedSql]
    indexes: list[Index]
    excludes: list[NamedSql]
    comment: str | None
    prefixes: list[str]
    options: list[Entry]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, self.serial)
        _text(out, self.metadata)
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.name)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)
        _varint(out, len(self.columns))
        for item in self.columns:
            item.write(out)
        self.primary_key.write(out)
        _varint(out, len(self.unique))
        for item in self.unique:
            item.write(out)
        _varint(out, len(self.foreign_keys))
        for item in self.foreign_keys:
            item.write(out)
        _varint(out, len(self.checks))
        for item in self.checks:
            item.write(out)
        _varint(out, len(self.indexes))
        for item in self.indexes:
            item.write(out)
        _varint(out, len(self.excludes))
        for item in self.excludes:
            item.write(out)
        if self.comment is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.comment)
        _varint(out, len(self.prefixes))
        for item in self.prefixes:
            _text(out, item)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)


@dataclass(frozen=True, slots=True)
class ClassRef:
    """`ClassRef` of the frame types."""

    module: str
    name: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.module)
        _text(out, self.name)


@dataclass(frozen=True, slots=True)
class ColumnAttribute:
    """`ColumnAttribute` of the frame types."""

    column: str
    attribute: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.column)
        _text(out, self.attribute)


@dataclass(frozen=True, slots=True)
class Relationship:
    """`Relationship` of the frame types."""

    name: str
    target: str
    direction: str | None
    uselist: bool | None
    secondary: str | None
    back_populates: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.target)
        if self.direction is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.direction)
        if self.uselist is None:
            out.append(0)
        else:
            out.append(1)
            out.append(1 if self.uselist else 0)
        if self.secondary is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.secondary)
        if self.back_populates is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.back_populates)


@dataclass(frozen=True, slots=True)
class Property:
    """`Property` of the frame types."""

    name: str
    kind: str
    text: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.kind)
        if self.text is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.text)


@dataclass(frozen=True, slots=True)
class Class:
    """`Class` of the frame types."""

    itself: ClassRef
    lineage: list[ClassRef]
    metadata: str | None
    tables: list[str]
    owns_table: bool
    columns: list[ColumnAttribute]
    inherits: ClassRef | None
    inheritance: str | None
    polymorphic_identity: str | None
    relationships: list[Relationship]
    properties: list[Property]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        self.itself.write(out)
        _varint(out, len(self.lineage))
        for item in self.lineage:
            item.write(out)
        if self.metadata is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.metadata)
        _varint(out, len(self.tables))
        for item in self.tables:
            _text(out, item)
        out.append(1 if self.owns_table else 0)
        _varint(out, len(self.columns))
        for item in self.columns:
            item.write(out)
        if self.inherits is None:
            out.append(0)
        else:
            out.append(1)
            self.inherits.write(out)
        if self.inheritance is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.inheritance)
        if self.polymorphic_identity is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.polymorphic_identity)
        _varint(out, len(self.relationships))
        for item in self.relationships:
            item.write(out)
        _varint(out, len(self.properties))
        for item in self.properties:
            item.write(out)


@dataclass(frozen=True, slots=True)
class PlainClass:
    """`PlainClass` of the frame types."""

    itself: ClassRef
    lost_bases: list[str]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        self.itself.write(out)
        _varint(out, len(self.lost_bases))
        for item in self.lost_bases:
            _text(out, item)


@dataclass(frozen=True, slots=True)
class DeclaredSequence:
    """`DeclaredSequence` of the frame types."""

    metadata: str | None
    sequence: Sequence
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.metadata is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.metadata)
        self.sequence.write(out)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """`ViewColumn` of the frame types."""

    name: str
    ty: ColumnType | None
    comment: str | None
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        if self.ty is None:
            out.append(0)
        else:
            out.append(1)
            self.ty.write(out)
        if self.comment is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.comment)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Creation:
    """`Creation` of the frame types."""

    made_by: str
    event: str | None
    target: str | None
    dialects: list[str]
    condition: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.made_by)
        if self.event is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.event)
        if self.target is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.target)
        _varint(out, len(self.dialects))
        for item in self.dialects:
            _text(out, item)
        if self.condition is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.condition)


@dataclass(frozen=True, slots=True)
class View:
    """`View` of the frame types."""

    metadata: str | None
    schema: str | None
    name: str
    materialized: bool
    owner: ClassRef | None
    query: str | None
    postgresql: str | None
    columns: list[ViewColumn]
    indexes: list[Index]
    reads: list[str] | None
    options: list[Entry]
    creation: Creation
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.metadata is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.metadata)
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.name)
        out.append(1 if self.materialized else 0)
        if self.owner is None:
            out.append(0)
        else:
            out.append(1)
            self.owner.write(out)
        if self.query is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.query)
        if self.postgresql is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.postgresql)
        _varint(out, len(self.columns))
        for item in self.columns:
            item.write(out)
        _varint(out, len(self.indexes))
        for item in self.indexes:
            item.write(out)
        if self.reads is None:
            out.append(0)
        else:
            out.append(1)
            _varint(out, len(self.reads))
            for item3 in self.reads:
                _text(out, item3)
        _varint(out, len(self.options))
        for item in self.options:
            item.write(out)
        self.creation.write(out)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Object:
    """`Object` of the frame types."""

    kind: str
    metadata: str | None
    schema: str | None
    name: str
    table: str | None
    definition: str | None
    postgresql: str | None
    creation: Creation
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.kind)
        if self.metadata is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.metadata)
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.name)
        if self.table is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.table)
        if self.definition is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.definition)
        if self.postgresql is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.postgresql)
        self.creation.write(out)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class NamedType:
    """`NamedType` of the frame types."""

    kind: str
    metadata: str | None
    schema: str | None
    name: str
    values: list[str]
    definition: str | None
    created: bool
    columns: list[str]
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.kind)
        if self.metadata is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.metadata)
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.name)
        _varint(out, len(self.values))
        for item in self.values:
            _text(out, item)
        if self.definition is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.definition)
        out.append(1 if self.created else 0)
        _varint(out, len(self.columns))
        for item in self.columns:
            _text(out, item)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """`Unresolved` of the frame types."""

    name: str
    place: Place
    reason: Reason

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        self.place.write(out)
        self.reason.write(out)


@dataclass(frozen=True, slots=True)
class Ddl:
    """`Ddl` of the frame types."""

    metadata: str
    dialect: str
    statements: list[str]
    failures: list[Entry]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.metadata)
        _text(out, self.dialect)
        _varint(out, len(self.statements))
        for item in self.statements:
            _text(out, item)
        _varint(out, len(self.failures))
        for item in self.failures:
            item.write(out)


@dataclass(frozen=True, slots=True)
class Remark:
    """`Remark` of the frame types."""

    code: str
    message: str
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.code)
        _text(out, self.message)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Done:
    """`Done` of the frame types."""

    frames: int
    tables: list[int]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, self.frames)
        _varint(out, len(self.tables))
        for item in self.tables:
            _varint(out, item)


@dataclass(frozen=True, slots=True)
class RenderNote:
    """`RenderNote` of the frame types."""

    is_gap: bool
    message: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        out.append(1 if self.is_gap else 0)
        _text(out, self.message)


@dataclass(frozen=True, slots=True)
class Rendered:
    """`Rendered` of the frame types."""

    dialect: str
    changes: list[int]
    statements: list[str]
    notes: list[RenderNote]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.dialect)
        _varint(out, len(self.changes))
        for item in self.changes:
            _varint(out, item)
        _varint(out, len(self.statements))
        for item in self.statements:
            _text(out, item)
        _varint(out, len(self.notes))
        for item in self.notes:
            item.write(out)


@dataclass(frozen=True, slots=True)
class Script:
    """`Script` of the frame types."""

    dialect: str
    text: str
    gaps: int

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.dialect)
        _text(out, self.text)
        _varint(out, self.gaps)


@dataclass(frozen=True, slots=True)
class Migration:
    """`Migration` of the frame types."""

    metadata: str
    revision: str
    down: list[str]
    depends_on: list[str]
    labels: list[str]
    message: str
    number: int
    is_head: bool
    is_reversible: bool
    outcome: str
    reasons: list[Reason]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.metadata)
        _text(out, self.revision)
        _varint(out, len(self.down))
        for item in self.down:
            _text(out, item)
        _varint(out, len(self.depends_on))
        for item in self.depends_on:
            _text(out, item)
        _varint(out, len(self.labels))
        for item in self.labels:
            _text(out, item)
        _text(out, self.message)
        _varint(out, self.number)
        out.append(1 if self.is_head else 0)
        out.append(1 if self.is_reversible else 0)
        _text(out, self.outcome)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Operation:
    """`Operation` of the frame types."""

    revision: str
    kind: str
    table: str | None
    name: str | None
    text: str | None
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.revision)
        _text(out, self.kind)
        if self.table is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.table)
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        if self.text is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.text)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class RecordedHead:
    """`RecordedHead` of the frame types."""

    metadata: str
    environment: str
    dialect: str
    heads: list[str]
    reasons: list[Reason]
    ignored: list[str]
    targets: list[str]
    has_targets: bool
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.metadata)
        _text(out, self.environment)
        _text(out, self.dialect)
        _varint(out, len(self.heads))
        for item in self.heads:
            _text(out, item)
        _varint(out, len(self.reasons))
        for item in self.reasons:
            item.write(out)
        _varint(out, len(self.ignored))
        for item in self.ignored:
            _text(out, item)
        _varint(out, len(self.targets))
        for item in self.targets:
            _text(out, item)
        out.append(1 if self.has_targets else 0)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Step:
    """`Step` of the frame types."""

    metadata: str
    revision: str
    kind: str
    table: str | None
    name: str | None
    text: str | None
    flags: list[str]
    before: list[str]
    after: list[str]
    place: Place | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.metadata)
        _text(out, self.revision)
        _text(out, self.kind)
        if self.table is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.table)
        if self.name is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.name)
        if self.text is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.text)
        _varint(out, len(self.flags))
        for item in self.flags:
            _text(out, item)
        _varint(out, len(self.before))
        for item in self.before:
            _text(out, item)
        _varint(out, len(self.after))
        for item in self.after:
            _text(out, item)
        if self.place is None:
            out.append(0)
        else:
            out.append(1)
            self.place.write(out)


@dataclass(frozen=True, slots=True)
class Database:
    """`Database` of the frame types."""

    dialect: str
    version: str
    schema: str | None
    unread: list[str]

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.dialect)
        _text(out, self.version)
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _varint(out, len(self.unread))
        for item in self.unread:
            _text(out, item)


@dataclass(frozen=True, slots=True)
class Answer:
    """`Answer` of the frame types."""

    question: int
    count: int | None
    is_capped: bool
    bytes: int | None
    error: str | None

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, self.question)
        if self.count is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.count)
        out.append(1 if self.is_capped else 0)
        if self.bytes is None:
            out.append(0)
        else:
            out.append(1)
            _zigzag(out, self.bytes)
        if self.error is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.error)


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """`GeneratedFile` of the frame types."""

    name: str
    text: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _text(out, self.name)
        _text(out, self.text)


@dataclass(frozen=True, slots=True)
class GeneratedGap:
    """`GeneratedGap` of the frame types."""

    schema: str | None
    table: str
    part: str
    subject: str
    aspect: str
    message: str

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        if self.schema is None:
            out.append(0)
        else:
            out.append(1)
            _text(out, self.schema)
        _text(out, self.table)
        _text(out, self.part)
        _text(out, self.subject)
        _text(out, self.aspect)
        _text(out, self.message)


@dataclass(frozen=True, slots=True)
class Generated:
    """`Generated` of the frame types."""

    files: list[GeneratedFile]
    gaps: list[GeneratedGap]
    doubts: int

    def write(self, out: bytearray) -> None:
        """Append the postcard bytes."""
        _varint(out, len(self.files))
        for item in self.files:
            item.write(out)
        _varint(out, len(self.gaps))
        for item in self.gaps:
            item.write(out)
        _varint(out, self.doubts)


Frame = (
    Hello
    | ModuleStarted
    | ModuleLoaded
    | ModuleFailed
    | StatementSkipped
    | StandIn
    | Guess
    | Table
    | Class
    | PlainClass
    | DeclaredSequence
    | View
    | Object
    | NamedType
    | Unresolved
    | Ddl
    | Remark
    | Done
    | Rendered
    | Script
    | Migration
    | Operation
    | RecordedHead
    | Step
    | Database
    | Answer
    | Generated
)

_TAGS: dict[type, int] = {
    Hello: 0,
    ModuleStarted: 1,
    ModuleLoaded: 2,
    ModuleFailed: 3,
    StatementSkipped: 4,
    StandIn: 5,
    Guess: 6,
    Table: 7,
    Class: 8,
    PlainClass: 9,
    DeclaredSequence: 10,
    View: 11,
    Object: 12,
    NamedType: 13,
    Unresolved: 14,
    Ddl: 15,
    Remark: 16,
    Done: 17,
    Rendered: 18,
    Script: 19,
    Migration: 20,
    Operation: 21,
    RecordedHead: 22,
    Step: 23,
    Database: 24,
    Answer: 25,
    Generated: 26,
}


def encode(frame: Frame) -> bytes:
    """The postcard bytes of one frame."""
    out = bytearray()
    _varint(out, _TAGS[type(frame)])
    frame.write(out)
    return bytes(out)
