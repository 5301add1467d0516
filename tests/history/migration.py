"""The operations of an Alembic version file's `upgrade`, read from its syntax: nothing of it is run."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from facts import Fact, same_table
from kinds import of_node
from sql import facts_of_sql

_BASELINE = re.compile(r"^down_revision[^=\n]*=\s*None\b", re.MULTILINE)


def is_baseline(text: str) -> bool:
    """Whether a version file is the first: it brings a database to where the models already were."""
    return _BASELINE.search(text) is not None


class Unknown:
    """A value that the syntax does not tell; its node is kept."""

    def __init__(self, node: ast.AST) -> None:
        self.node = node


def operations(texts: list[str], dialect: str = "postgresql") -> list[Fact]:
    """What the `upgrade` of all files leaves of the schema of a database, and nothing for what they only do to data."""
    facts: list[Fact] = []
    for tree in _in_order([ast.parse(text) for text in texts]):
        reader = _Reader(tree, dialect)
        upgrade = reader.functions.get("upgrade")
        if upgrade is not None:
            reader.body(upgrade.body)
        facts += reader.facts
    return settled(facts)


def _in_order(trees: list[ast.Module]) -> list[ast.Module]:
    """Each after the one that it revises."""
    names = [_Reader(tree, "").names for tree in trees]
    left = list(zip(names, trees, strict=True))
    out: list[ast.Module] = []
    while left:
        open_ = {str(name.get("revision")) for name, _ in left}
        ready = next((item for item in left if str(item[0].get("down_revision")) not in open_), left[0])
        left.remove(ready)
        out.append(ready[1])
    return out


class _Reader:
    """Walks the statements of a version file in the order in which they would run."""

    def __init__(self, tree: ast.Module, dialect: str) -> None:
        self.dialect = dialect
        self.names: dict[str, Any] = {}
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.facts: list[Fact] = []
        self.depth = 0
        # Names that stand for a table within `with op.batch_alter_table(…) as name`.
        self.batches: dict[str, str | None] = {}
        for node in tree.body:
            self._assign(node)

    def body(self, statements: list[ast.stmt]) -> None:
        for node in statements:
            self.statement(node)

    def statement(self, node: ast.stmt) -> None:
        self._assign(node)
        match node:
            case ast.With(items=items, body=body):
                for item in items:
                    self._batch(item)
                    self.expression(item.context_expr)
                self.body(body)
            case ast.For(target=target, iter=source, body=body):
                self._loop(target, source, body)
            case ast.If(test=test, body=body, orelse=other):
                self.expression(test)
                self._branches(test, body, other)
            case ast.Try(body=body, handlers=_, orelse=other, finalbody=final):
                self.body([*body, *other, *final])
            case ast.FunctionDef():
                self.functions[node.name] = node
            case _:
                self.expression(node)

    def _branches(self, test: ast.expr, body: list[ast.stmt], other: list[ast.stmt]) -> None:
        """The branch for the database, where the condition names one; otherwise both, and what both do counts once."""
        text = ast.unparse(test).lower()
        named = next((name for name in ("postgres", "mysql", "sqlite") if name in text), None)
        if named:
            taken = self.dialect.startswith(named) != ("not " in text or "!=" in text)
            self.body(body if taken else other)
            return
        self.body(body)
        known = {str(fact) for fact in self.facts}
        at = len(self.facts)
        self.body(other)
        self.facts[at:] = [fact for fact in self.facts[at:] if str(fact) not in known]

    def _loop(self, target: ast.expr, source: ast.expr, body: list[ast.stmt]) -> None:
        values = self.value(source)
        if (
            isinstance(source, ast.Call)
            and isinstance(source.func, ast.Name)
            and source.func.id == "enumerate"
        ):
            inner = self.value(source.args[0])
            values = list(enumerate(inner)) if isinstance(inner, list) else None
        for item in values if isinstance(values, list | tuple) else [None]:
            if item is not None:
                self._bind(target, item)
            self.body(body)

    def _bind(self, target: ast.expr, item: Any) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = item
        elif isinstance(target, ast.Tuple) and isinstance(item, list | tuple):
            for part, value in zip(target.elts, item, strict=False):
                self._bind(part, value)

    def _assign(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.names[name] = self.value(value)

    def _batch(self, item: ast.withitem) -> None:
        match item:
            case ast.withitem(
                context_expr=ast.Call(func=ast.Attribute(attr="batch_alter_table")) as call,
                optional_vars=ast.Name(id=name),
            ):
                self.batches[name] = _qualified(
                    self._text(call, 0, "table_name"), self._text(call, None, "schema")
                )

    def expression(self, node: ast.AST) -> None:
        """Every call in it, the inner ones of what is no operation too."""
        for call in [found for found in ast.walk(node) if isinstance(found, ast.Call)]:
            self._call(call)

    def _call(self, call: ast.Call) -> None:
        match call.func:
            case ast.Name(id=name) if name in self.functions and self.depth < 8:
                self._inline(call, self.functions[name])
            case ast.Attribute(attr="execute"):
                for text in self._sql(call):
                    self.facts += facts_of_sql(text, f"line {call.lineno}")
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                if owner == "op" or owner in self.batches:
                    made = getattr(self, f"_op_{attr}", None)
                    if made is not None:
                        for fact in made(call, self.batches.get(owner)):
                            fact.origin = f"line {call.lineno}"
                            self.facts.append(fact)
            case ast.Attribute(
                value=ast.Call(func=ast.Attribute(attr="Enum" | "ENUM")) as made,
                attr="create" | "drop" as verb,
            ):
                name = self._text(made, None, "name") or ""
                self.facts.append(
                    Fact(
                        "add" if verb == "create" else "drop",
                        "type",
                        None,
                        name,
                        origin=f"line {call.lineno}",
                    )
                )

    def _inline(self, call: ast.Call, function: ast.FunctionDef) -> None:
        kept = dict(self.names)
        names = [argument.arg for argument in function.args.args]
        for name, value in zip(names, call.args, strict=False):
            self.names[name] = self.value(value)
        for keyword in call.keywords:
            if keyword.arg:
                self.names[keyword.arg] = self.value(keyword.value)
        self.depth += 1
        self.body(function.body)
        self.depth -= 1
        self.names = kept

    def _sql(self, call: ast.Call) -> Iterator[str]:
        node = call.args[0] if call.args else None
        while isinstance(node, ast.Call) and node.args:
            node = node.args[0]
        text = self.value(node) if node is not None else None
        if isinstance(text, str):
            yield text

    # Values

    def value(self, node: ast.AST | None) -> Any:
        """What an expression is, as far as its syntax tells."""
        match node:
            case None:
                return None
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.names.get(name, Unknown(node))
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return [self.value(element) for element in elements]
            case ast.JoinedStr(values=values):
                parts = [
                    self.value(part.value if isinstance(part, ast.FormattedValue) else part)
                    for part in values
                ]
                return "".join(part if isinstance(part, str) else "?" for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, two = self.value(left), self.value(right)
                if isinstance(one, str) and isinstance(two, str):
                    return one + two
                return Unknown(node)
            case ast.Call(func=ast.Attribute(attr="f"), args=[only]):
                return self.value(only)
            case ast.Call(func=ast.Attribute(attr="text"), args=[only, *_]):
                return self.value(only)
            case ast.Call(func=ast.Attribute(value=text, attr="format"), args=arguments):
                return self._format(node, text, arguments)
        return Unknown(node) if node is not None else None

    def _format(self, node: ast.AST, text: ast.expr, arguments: list[ast.expr]) -> Any:
        template = self.value(text)
        values = [self.value(argument) for argument in arguments]
        if not isinstance(template, str) or not all(isinstance(value, str | int) for value in values):
            return Unknown(node)
        try:
            return template.format(*values)
        except (IndexError, KeyError, ValueError):
            return Unknown(node)

    def _argument(self, call: ast.Call, position: int | None, name: str) -> Any:
        """A positional or named argument; nothing where it is not given."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return self.value(keyword.value)
        if position is not None and position < len(call.args):
            return self.value(call.args[position])
        return None

    def _text(self, call: ast.Call, position: int | None, name: str) -> str | None:
        value = self._argument(call, position, name)
        return value if isinstance(value, str) else None

    def _given(self, call: ast.Call, name: str) -> bool:
        return any(keyword.arg == name for keyword in call.keywords)

    # Operations; `batch` is the table of a batch, whose operations lack that argument.

    def _op_create_table(self, call: ast.Call, _: str | None) -> Iterator[Fact]:
        table = _qualified(self._text(call, 0, "table_name"), self._text(call, None, "schema"))
        yield Fact("add", "table", table)
        elements: list[ast.expr] = []
        for node in call.args[1:]:
            listed = isinstance(node, ast.Starred) and isinstance(node.value, ast.List)
            elements += node.value.elts if listed else [node]  # type: ignore[attr-defined]
        for node in elements:
            if isinstance(node, ast.Call):
                for fact in self._element(node, table):
                    if fact.subject != "primary_key":
                        fact.part = True
                        yield fact

    def _element(self, node: ast.Call, table: str | None) -> Iterator[Fact]:
        """A column or constraint that stands in `create_table`."""
        name, kind = self._text(node, None, "name"), _last(node.func)
        columns = [text for text in (self.value(argument) for argument in node.args) if isinstance(text, str)]
        if kind == "Column":
            yield from self._column(node, table)
        elif kind == "ForeignKeyConstraint":
            yield self._key(
                table, name, self._argument(node, 0, "columns"), self._argument(node, 1, "refcolumns")
            )
        elif kind == "UniqueConstraint":
            yield Fact("add", "unique", table, name, tuple(columns))
        elif kind == "CheckConstraint":
            yield Fact("add", "check", table, name, detail=self._text(node, 0, "sqltext"))
        elif kind == "ExcludeConstraint":
            yield Fact("add", "exclude", table, name)
        elif kind == "Index":
            yield Fact("add", "index", table, columns[0] if columns else None, tuple(columns[1:]))

    def _key(self, table: str | None, name: str | None, columns: Any, targets: Any) -> Fact:
        target = (
            targets[0].rpartition(".")[0]
            if isinstance(targets, list) and targets and isinstance(targets[0], str)
            else None
        )
        return Fact("add", "foreign_key", table, name, _names(columns), detail=target)

    def _column(self, node: ast.Call, table: str | None) -> Iterator[Fact]:
        name = self._text(node, 0, "name")
        nullable, key = self._argument(node, None, "nullable"), self._argument(node, None, "primary_key")
        nullable = not key if nullable is None else nullable
        kind = of_node(node.args[1]) if len(node.args) > 1 else None
        yield Fact("add", "column", table, name, detail="null" if nullable else "not null", kind=kind)
        for inner in node.args:
            if isinstance(inner, ast.Call) and _last(inner.func) == "ForeignKey":
                target = self.value(inner.args[0]) if inner.args else None
                text = target.rpartition(".")[0] if isinstance(target, str) else None
                yield Fact(
                    "add", "foreign_key", table, self._text(inner, None, "name"), (name or "?",), detail=text
                )
        unique, index = self._argument(node, None, "unique"), self._argument(node, None, "index")
        if key is True:
            yield Fact("modify", "primary_key", table)
        if index is True:
            yield Fact("add", "unique" if unique is True else "index", table, None, (name or "?",))
        elif unique is True:
            yield Fact("add", "unique", table, None, (name or "?",))

    def _op_drop_table(self, call: ast.Call, _: str | None) -> Iterator[Fact]:
        yield Fact(
            "drop", "table", _qualified(self._text(call, 0, "table_name"), self._text(call, None, "schema"))
        )

    def _op_rename_table(self, call: ast.Call, _: str | None) -> Iterator[Fact]:
        table = _qualified(self._text(call, 0, "old_table_name"), self._text(call, None, "schema"))
        yield Fact("rename", "table", table, detail=self._text(call, 1, "new_table_name"))

    def _op_add_column(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 0, "table_name"), self._text(call, None, "schema"))
        nodes = [*call.args, *(keyword.value for keyword in call.keywords)]
        # A name stands for its value.
        for node in map(self._argument_node, nodes):
            if isinstance(node, ast.Call) and _last(node.func) == "Column":
                yield from self._column(node, table)

    def _argument_node(self, node: ast.expr) -> ast.AST:
        value = self.value(node)
        return value.node if isinstance(value, Unknown) else node

    def _op_drop_column(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table, at = self._owner(call, batch)
        yield Fact("drop", "column", table, self._text(call, at, "column_name"))

    def _owner(self, call: ast.Call, batch: str | None) -> tuple[str | None, int]:
        """The table of an operation on one, and where its next argument stands."""
        if batch:
            return batch, 0
        return _qualified(self._text(call, 0, "table_name"), self._text(call, None, "schema")), 1

    def _op_alter_column(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table, at = self._owner(call, batch)
        name = self._text(call, at, "column_name")
        new = self._text(call, None, "new_column_name") or self._text(call, None, "name")
        renamed = bool(new and new != name)
        for keyword, verb in (("type_", "type"), ("server_default", "default"), ("comment", "comment")):
            if self._given(call, keyword):
                yield Fact(verb, "column", table, name, restated=renamed)
        if self._given(call, "nullable"):
            nullable = "null" if self._argument(call, None, "nullable") else "not null"
            again = renamed or (self._given(call, "type_") and not self._given(call, "existing_nullable"))
            yield Fact("nullable", "column", table, name, detail=nullable, restated=again)
        if renamed:
            yield Fact("rename", "column", table, name, detail=new)

    def _op_create_index(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        unique = self._argument(call, None, "unique")
        if unique is None and batch is None and len(call.args) > 4:
            unique = self.value(call.args[4])
        columns = self._argument(call, 1 if batch else 2, "columns")
        yield Fact(
            "add",
            "unique" if unique is True else "index",
            table,
            self._text(call, 0, "index_name"),
            _names(columns),
        )

    def _op_drop_index(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        yield Fact("drop", "index", table, self._text(call, 0, "index_name"))

    def _op_create_unique_constraint(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        columns = self._argument(call, 1 if batch else 2, "columns")
        yield Fact("add", "unique", table, self._text(call, 0, "constraint_name"), _names(columns))

    def _op_create_primary_key(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        yield Fact("modify", "primary_key", table)

    def _op_create_foreign_key(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        source = batch or _qualified(
            self._text(call, 1, "source_table"), self._text(call, None, "source_schema")
        )
        at = 1 if batch else 2
        target = _qualified(self._text(call, at, "referent_table"), self._text(call, None, "referent_schema"))
        columns = _names(self._argument(call, at + 1, "local_cols"))
        yield Fact(
            "add", "foreign_key", source, self._text(call, 0, "constraint_name"), columns, detail=target
        )

    def _op_create_check_constraint(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        yield Fact("add", "check", table, self._text(call, 0, "constraint_name"))

    def _op_create_exclude_constraint(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        yield Fact("add", "exclude", table, self._text(call, 0, "constraint_name"))

    def _op_drop_constraint(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        table = batch or _qualified(self._text(call, 1, "table_name"), self._text(call, None, "schema"))
        kind = {"foreignkey": "foreign_key", "unique": "unique", "check": "check"}
        given = self._text(call, 1 if batch else 2, "type_")
        if given == "primary":
            yield Fact("modify", "primary_key", table)
            return
        yield Fact("drop", kind.get(given or "", "constraint"), table, self._text(call, 0, "constraint_name"))

    def _op_create_table_comment(self, call: ast.Call, batch: str | None) -> Iterator[Fact]:
        yield Fact("comment", "table", self._owner(call, batch)[0])

    _op_drop_table_comment = _op_create_table_comment

    def _op_sync_enum_values(self, call: ast.Call, _: str | None) -> Iterator[Fact]:
        """The operation of alembic-postgresql-enum: which values are new, the lists of both sides tell."""
        name = self._text(call, 1, "enum_name")
        new = self._argument(call, 2, "new_values") or []
        yield Fact("values", "type", None, name, columns=_names(new))


def _names(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(item if isinstance(item, str) else "?" for item in value)


def _qualified(name: str | None, schema: str | None) -> str | None:
    return f"{schema}.{name}" if name and schema else name


def _last(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def settled(facts: list[Fact]) -> list[Fact]:
    """What is left in the end: a step that a later one undoes or completes is none of its own."""
    out: list[Fact] = []
    for fact in facts:
        if fact.subject == "column" and fact.verb in (
            "nullable",
            "type",
            "default",
            "comment",
            "drop",
            "rename",
        ):
            made = _find(out, "add", "column", fact.table, fact.name)
            if made is not None:
                if fact.verb == "type":
                    made.kind = None
                elif fact.verb == "nullable":
                    made.detail = fact.detail
                elif fact.verb == "rename":
                    made.name = fact.detail
                elif fact.verb == "drop":
                    out.remove(made)
                continue
            earlier = _find(out, fact.verb, "column", fact.table, fact.name)
            if earlier is not None:
                earlier.detail = fact.detail
                continue
        if fact.verb == "add" and fact.subject == "column":
            gone = _find(out, "drop", "column", fact.table, fact.name)
            if gone is not None:
                # Dropped and rebuilt: its data is lost, and what is left is a column of another type.
                out[out.index(gone)] = Fact(
                    "type", "column", fact.table, fact.name, origin=fact.origin, rewritten=True
                )
                continue
        if fact.verb == "using":
            # A unique constraint over a unique index that an earlier statement made.
            continue
        if fact.subject == "table" and fact.verb == "drop":
            made = _find(out, "add", "table", fact.table, None)
            if made is not None:
                out = [other for other in out if other.table != fact.table]
                continue
        out.append(fact)
    return out


def _find(facts: list[Fact], verb: str, subject: str, table: str | None, name: str | None) -> Fact | None:
    for fact in reversed(facts):
        if (fact.verb, fact.subject, fact.name) == (verb, subject, name) and same_table(fact.table, table):
            return fact
    return None
