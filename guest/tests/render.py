"""From frames to the few lines that a test compares: every fact that differs from the default, and every doubt."""

from collections.abc import Iterator
from typing import Any

from belljar_guest import frames
from belljar_guest.stand_in.value import MARK


def render(found: list[frames.Frame], show: str = "") -> str:
    """Render the final tables, then what `show` names: `classes skipped failed guesses …`.

    Constraints that PostgreSQL does not have are omitted unless `show` names `dialects`.
    """
    wanted = show.split()
    lines = [line for table in tables(found) for line in table_lines(table, every="dialects" in wanted)]
    for frame in found:
        kind = type(frame).__name__
        if kind.lower() in wanted:
            lines += SECTIONS[kind](frame)
    return "\n".join(lines)


def tables(found: list[frames.Frame]) -> list[frames.Table]:
    """Return the last frame of each final table, by name."""
    last = {frame.serial: frame for frame in found if isinstance(frame, frames.Table)}
    done = [frame for frame in found if isinstance(frame, frames.Done)]
    serials = done[0].tables if done else list(last)
    return sorted((last[serial] for serial in serials), key=lambda table: (table.schema or "", table.name))


def table_lines(table: frames.Table, *, every: bool = False) -> Iterator[str]:
    """Render a table, with the constraints of PostgreSQL, or those of `every` dialect."""
    name = f"{table.schema}.{table.name}" if table.schema else table.name
    yield line("", [name, *given(table, "comment"), *entries(table.options), *table.prefixes], table)
    for column in table.columns:
        yield line("  ", [column.name, *column_facts(column)], column)
    key = table.primary_key
    if key.options or key.scope.names or key.scope.dialects is not None:
        yield line(
            "  primary key", [*named(key.name), *key.columns, *entries(key.options), *scope(key.scope)]
        )
    yield from constraint_lines(table, every=every)


def constraint_lines(table: frames.Table, *, every: bool) -> Iterator[str]:
    """Render the constraints and indexes."""

    def kept(items: list[Any]) -> list[Any]:
        return [
            item
            for item in items
            if every or item.scope.dialects is None or "postgresql" in item.scope.dialects
        ]

    for unique in kept(table.unique):
        words = [*named(unique.name), *unique.columns, *entries(unique.options)]
        yield line("  unique", [*words, *scope(unique.scope)])
    for check in kept(table.checks):
        words = [*named(check.name), check.sql, *entries(check.options)]
        yield line("  check", [*words, *scope(check.scope)])
    for exclude in kept(table.excludes):
        yield line("  exclude", [*named(exclude.name), exclude.sql, *entries(exclude.options)])
    for index in kept(table.indexes):
        kind = "  unique index" if index.unique else "  index"
        words = [*named(index.name), *(part.sql for part in index.elements), *entries(index.options)]
        yield line(kind, [*words, *scope(index.scope)])
    for key in kept(table.foreign_keys):
        if len(key.columns) > 1 or key.name or key.options:
            words = [*named(key.name), *key.columns, "->", *key.targets, *entries(key.options)]
            yield line("  references", [*words, *scope(key.scope)])


def scope(item: frames.Scope) -> Iterator[str]:
    """Render the differences between dialects."""
    for entry in item.names:
        yield f"{entry.name}:{entry.value}"
    if item.dialects is not None:
        yield f"for {','.join(item.dialects) or 'none'}"


def column_facts(column: frames.Column) -> Iterator[str]:
    """Render the facts of a column that differ from the default."""
    ddl = {entry.name: entry.value for entry in column.ty.ddl}
    # The text of a type in doubt differs between generations.
    doubtful = any(reason.code == "stand-in-type" for reason in column.reasons)
    text = ddl.get("postgresql") or column.ty.repr
    yield "…" if doubtful and (ddl or MARK.search(text)) else text
    if column.key != column.name:
        yield f"key={column.key}"
    if column.primary_key:
        yield "pk"
    elif not column.nullable:
        yield "not-null"
    yield from given(column, "comment", "server_default", "server_onupdate")
    for name in ("default", "onupdate"):
        value = getattr(column, name)
        if value is not None:
            yield f"{name}={value.kind}:{value.text}"
    if column.ty.enum_values is not None:
        yield f"enum={column.ty.enum_name}:{','.join(column.ty.enum_values)}"
    if column.ty.of_float:
        yield "of-float"
    if column.computed:
        yield f"computed={column.computed.sql}"
    if column.identity:
        yield f"identity={column.identity.always},{column.identity.start},{column.identity.increment}"
        yield from entries(column.identity.options)
    if column.sequence:
        yield f"sequence={column.sequence.name}"
        yield from entries(column.sequence.options)
    yield from entries(column.options)
    for key in column.foreign_keys:
        yield f"-> {key.target}" + (f" on delete {key.ondelete}" if key.ondelete else "")


def given(item: Any, *names: str) -> Iterator[str]:
    """Render the attributes that are set."""
    for name in names:
        value = getattr(item, name)
        if value is not None:
            yield f"{name}={value}"


def named(name: str | None) -> list[str]:
    """Render a name, if there is one."""
    return [f"[{name}]"] if name is not None else []


def entries(items: list[frames.Entry]) -> list[str]:
    """Render pairs."""
    return [f"{item.name}={item.value}" for item in items]


def line(indent: str, words: list[str], item: Any = None) -> str:
    """Join words, and append the codes of the doubts after a question mark."""
    codes = sorted({reason.code for reason in item.reasons}) if item is not None else []
    doubts = [f"?{code}" for code in codes]
    return (
        f"{indent} {' '.join([*words, *doubts])}" if indent.strip() else indent + " ".join([*words, *doubts])
    )


def _class(frame: frames.Class) -> Iterator[str]:
    words = [f"class {frame.itself.name}", *frame.tables]
    if frame.inherits:
        words.append(f"{frame.inheritance} {frame.inherits.name} {frame.polymorphic_identity}")
    yield " ".join(words)
    for attribute in frame.columns:
        if attribute.attribute != attribute.column:
            yield f"  {attribute.attribute} = {attribute.column}"
    for relationship in frame.relationships:
        many = {True: "many", False: "one", None: "?"}[relationship.uselist]
        target = relationship.target.rpartition(":")[2]
        yield f"  {relationship.name} -> {target} {relationship.direction} {many}" + (
            f" through {relationship.secondary}" if relationship.secondary else ""
        )
    for item in frame.properties:
        yield f"  {item.name}: {item.kind}" + (f" {item.text}" if item.text else "")


def _view(frame: frames.View) -> Iterator[str]:
    kind = "materialized view" if frame.materialized else "view"
    name = f"{frame.schema}.{frame.name}" if frame.schema else frame.name
    yield line(kind, [name, *made(frame), *given(frame, "metadata"), *entries(frame.options)], frame)
    if frame.owner is not None:
        yield f"  class {frame.owner.name}"
    for column in frame.columns:
        ddl = {entry.name: entry.value for entry in column.ty.ddl} if column.ty else {}
        text = ddl.get("postgresql") or (column.ty.repr if column.ty else "?")
        yield line("  ", [column.name, text, *given(column, "comment")], column)
    for index in frame.indexes:
        yield line(
            "  unique index" if index.unique else "  index",
            [*named(index.name), *(part.sql for part in index.elements)],
        )
    yield from sql(frame.query, frame.postgresql)
    if frame.reads is not None:
        yield f"  reads {', '.join(frame.reads)}"


def _object(frame: frames.Object) -> Iterator[str]:
    name = f"{frame.schema}.{frame.name}" if frame.schema else frame.name
    table = [f"on {frame.table}"] if frame.table else []
    yield line(frame.kind, [name, *table, *made(frame), *given(frame, "metadata")], frame)
    yield from sql(frame.definition, frame.postgresql)


def made(frame: frames.View | frames.Object) -> Iterator[str]:
    """Render when an object is created."""
    creation = frame.creation
    yield "@" + (f"{creation.event} {creation.target}" if creation.event else creation.made_by)
    if creation.dialects:
        yield f"for {','.join(creation.dialects)}"
    if creation.condition:
        yield f"if {creation.condition}"


def sql(text: str | None, postgresql: str | None) -> Iterator[str]:
    """Render a text, on one line."""
    for label, value in (("", text), ("postgresql ", postgresql)):
        if value is not None:
            yield f"  {label}= {' '.join(value.split())}"


def _sequence(frame: frames.DeclaredSequence) -> Iterator[str]:
    item = frame.sequence
    name = f"{item.schema}.{item.name}" if item.schema else item.name
    numbers = given(item, "start", "increment", "min_value", "max_value", "cycle", "cache", "data_type")
    yield line("sequence", [name, *given(frame, "metadata"), *numbers], frame)


def _named_type(frame: frames.NamedType) -> Iterator[str]:
    name = f"{frame.schema}.{frame.name}" if frame.schema else frame.name
    words = [name, *frame.values, *([] if frame.created else ["not-created"]), "in", *frame.columns]
    yield line(frame.kind, words, frame)


SECTIONS: dict[str, Any] = {
    "View": _view,
    "Object": _object,
    "NamedType": _named_type,
    "Unresolved": lambda frame: [
        f"unresolved {frame.name} {frame.place.path}:{frame.place.line} {frame.reason.code}"
    ],
    "Class": _class,
    "PlainClass": lambda frame: [f"plain {frame.itself.name} {' '.join(frame.lost_bases)}".rstrip()],
    "StatementSkipped": lambda frame: [
        f"skipped {frame.path}:{frame.line} {frame.error} {' '.join(frame.names)}".rstrip()
    ],
    "ModuleFailed": lambda frame: [f"failed {frame.path}:{frame.line} {frame.error}"],
    "ModuleLoaded": lambda frame: [f"loaded {frame.name}"],
    "StandIn": lambda frame: [
        f"absent {frame.module}" if frame.kind == "package" else f"absent {frame.kind} {frame.module}"
    ],
    "Guess": lambda frame: [f"guess {frame.kind} of {frame.origin} at {frame.place.path}:{frame.place.line}"],
    "Remark": lambda frame: [f"remark {frame.code} {frame.message}"],
    "DeclaredSequence": _sequence,
    "Ddl": lambda frame: [f"ddl {frame.dialect}", *frame.statements],
}
