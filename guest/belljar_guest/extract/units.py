"""What the statements of a file bind and load: the ground that `taint` spreads on.

A load is a dotted chain of names, `("config", "MAX")`; one that ends in `()` is a call.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Chain = tuple[str, ...]

CALL = "()"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


@dataclass(slots=True, eq=False)
class Unit:
    """One statement; of a compound one its header, whose inner statements have it as their `parent`.

    `binds` are the names it gives a value, `changes` those whose value it works on, `imports` what its names come
    from: a name here, a module, and a name there or `None` for the module itself. Of a function `inside` is what
    its body loads; of a class `members` are its statements by the names they bind, and `shaping` those that decide
    about more than one column. Of a `try`, `attempts` are the modules that it imports if they are there.
    """

    module: str
    kind: str
    first: int
    last: int
    parent: "Unit | None"
    owner: "Unit | None"
    name: str = ""
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    loads: frozenset[Chain] = frozenset()
    inside: frozenset[Chain] = frozenset()
    imports: list[tuple[str, str, str | None]] = field(default_factory=list)
    members: dict[str, list["Unit"]] = field(default_factory=dict)
    shaping: list["Unit"] = field(default_factory=list)
    runs_with_class: bool = False
    is_cached: bool = False
    attempts: tuple[str, ...] = ()


class Units:
    """The statements of one file.

    `binders` are those at its top by the names that they bind, `changers` by those whose value they work on, and
    `stars` the modules that all names are imported from.
    """

    def __init__(self, source: bytes, module: str, *, is_package: bool) -> None:
        """Parse a file; one that can't be parsed is a single statement."""
        self._module = module
        self._package = module if is_package else module.rpartition(".")[0]
        self.all: list[Unit] = []
        self.binders: dict[str, list[Unit]] = {}
        self.changers: dict[str, list[Unit]] = {}
        self.stars: list[str] = []
        self._at: dict[int, Unit | None] = {}
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._add(Unit(module, "block", 1, source.count(b"\n") + 1, None, None))
        else:
            self._visit(tree.body, None, None)

    def at(self, line: int) -> Unit | None:
        """The innermost statement at a line."""
        if line not in self._at:
            around = [unit for unit in self.all if unit.first <= line <= unit.last]
            self._at[line] = min(around, key=lambda unit: unit.last - unit.first, default=None)
        return self._at[line]

    def _add(self, unit: Unit) -> Unit:
        self.all.append(unit)
        if unit.owner is not None:
            _add_member(unit.owner, unit)
            return unit
        for name in unit.binds:
            self.binders.setdefault(name, []).append(unit)
        for name in unit.changes:
            self.changers.setdefault(name, []).append(unit)
        self.stars += [source for name, source, _ in unit.imports if name == "*"]
        return unit

    def _visit(self, block: list[ast.stmt], parent: Unit | None, owner: Unit | None) -> None:
        for node in block:
            if isinstance(node, _FUNCTIONS):
                self._add(_function(self._module, node, parent, owner))
            elif isinstance(node, ast.ClassDef):
                header = [*node.decorator_list, *node.bases, *(item.value for item in node.keywords)]
                unit = Unit(self._module, "class", _first(node), _last(node), parent, owner, node.name)
                unit.binds, unit.loads = frozenset({node.name}), frozenset(chains(header))
                self._visit(node.body, None, self._add(unit))
            elif inner := _blocks(node):
                self._compound(node, inner, parent, owner)
            else:
                self._add(self._simple(node, parent, owner))

    def _compound(
        self, node: ast.stmt, inner: list[list[ast.stmt]], parent: Unit | None, owner: Unit | None
    ) -> None:
        parts = [item for item in ast.iter_child_nodes(node) if not isinstance(item, _STATEMENTS)]
        kind = "loop" if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) else "block"
        unit = Unit(self._module, kind, node.lineno, _last(node), parent, owner)
        unit.binds, unit.loads = frozenset(_stored(parts)), frozenset(chains(parts))
        unit.attempts = tuple(self._attempted(node)) if isinstance(node, ast.Try) else ()
        self._add(unit)
        for block in inner:
            self._visit(block, unit, owner)

    def _attempted(self, node: ast.Try) -> Iterator[str]:
        """The modules that a `try` imports if they are there."""
        caught = {_last_name(item) for handler in node.handlers for item in _alternatives(handler.type)}
        if not caught & {"ImportError", "ModuleNotFoundError", "Exception", ""}:
            return
        for statement in node.body:
            if isinstance(statement, ast.Import):
                yield from (alias.name for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom):
                yield from dict.fromkeys(source for _, source, _ in self._imports(statement))

    def _simple(self, node: ast.stmt, parent: Unit | None, owner: Unit | None) -> Unit:
        unit = Unit(self._module, "simple", node.lineno, _last(node), parent, owner)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            unit.imports = list(self._imports(node))
            unit.binds = frozenset(name for name, _, _ in unit.imports)
            return unit
        targets = [*getattr(node, "targets", ()), *([node.target] if hasattr(node, "target") else [])]
        unit.binds = frozenset(_stored([node]))
        unit.loads = frozenset(chains([node]))
        unit.changes = frozenset(_roots(targets, node))
        if owner and any(isinstance(item, ast.keyword) and _shapes(item) for item in ast.walk(node)):
            owner.shaping.append(unit)
        return unit

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, str | None]]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top, None
            return
        parts = self._package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
        module = ".".join(part for part in (base, node.module) if part)
        for alias in node.names:
            yield alias.asname or alias.name, module, alias.name


def chains(nodes: Iterable[ast.AST]) -> Iterator[Chain]:
    """The dotted names that are loaded, without those in functions that are only made here."""
    for node in nodes:
        if isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            yield from _dotted(node.func, (CALL,))
            yield from chains(_arguments(node))
        elif isinstance(node, (ast.Attribute, ast.Name)):
            yield from _dotted(node, ())
        else:
            yield from chains(ast.iter_child_nodes(node))


#: What these take that has no part in a table: how a database is reached, and how it is asked.
_BASES = ("SQLAlchemy", "MetaData", "automap_base", "declarative_base")
_OF_SESSIONS = ("app", "bind", "engine_options", "query_class", "session_options")


def _arguments(call: ast.Call) -> list[ast.AST]:
    """The arguments of a call that what comes of it depends on."""
    name = _last_name(call.func)
    if name not in _BASES:
        return [*call.args, *call.keywords]
    keywords = [item for item in call.keywords if item.arg not in _OF_SESSIONS]
    return [*call.args[name == "SQLAlchemy" :], *keywords]


def _dotted(node: ast.AST, tail: Chain) -> Iterator[Chain]:
    while isinstance(node, ast.Attribute):
        tail = (node.attr, *tail)
        node = node.value
    if isinstance(node, ast.Name):
        yield (node.id, *tail)
    else:
        yield from chains([node])


#: What a declarative base hands on to every table.
_OF_A_BASE = ("metadata", "registry", "type_annotation_map")


def _add_member(owner: Unit, unit: Unit) -> None:
    """A name with underscores, and what may or may not be there, says more of a table than one column."""
    for name in unit.binds:
        owner.members.setdefault(name, []).append(unit)
    named = any(name.startswith("__") or name in _OF_A_BASE for name in unit.binds)
    if (named and (unit.kind != "function" or unit.runs_with_class)) or unit.kind in ("block", "loop"):
        owner.shaping.append(unit)


def _function(
    module: str, node: ast.FunctionDef | ast.AsyncFunctionDef, parent: Unit | None, owner: Unit | None
) -> Unit:
    defaults = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
    unit = Unit(module, "function", _first(node), _last(node), parent, owner, node.name)
    unit.binds = frozenset({node.name})
    unit.loads = frozenset(chains([*node.decorator_list, *defaults]))
    unit.inside = frozenset(chains(node.body))
    names = {part for chain in chains(node.decorator_list) for part in chain}
    unit.is_cached = any("cache" in name for name in names)
    unit.runs_with_class = owner is not None and bool(names & {"declared_attr", "classproperty"})
    return unit


def _stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that are bound in this scope."""
    for node in nodes:
        if isinstance(node, (*_FUNCTIONS, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        else:
            yield from _stored(ast.iter_child_nodes(node))


#: Methods of a `MetaData` or a table that change a database, and not what they are called on.
_ONLY_READ = ("create_all", "drop_all", "create", "drop")


def _roots(targets: list[ast.expr], node: ast.stmt) -> Iterator[str]:
    """The names whose value a statement works on: `x.y = …`, `x["y"] = …`, `x.append(…)`."""
    expression = node.value if isinstance(node, ast.Expr) else None
    if isinstance(expression, ast.Await):
        expression = expression.value
    called: list[ast.expr] = []
    if isinstance(expression, ast.Call) and _last_name(expression.func) not in _ONLY_READ:
        called.append(expression.func)
    value = getattr(node, "value", None)
    if isinstance(value, ast.Call) and _last_name(value.func).endswith(("Index", "Constraint")):
        called += value.args  # `Index("name", table.c.column)` finds its table by itself
    for item in [*targets, *called]:
        root: ast.AST = item
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and root is not item:
            yield root.id


def _alternatives(caught: ast.expr | None) -> list[ast.expr]:
    """The classes that a handler names; a name without text where it takes everything."""
    if caught is None:
        return [ast.Name("", ast.Load())]
    return caught.elts if isinstance(caught, ast.Tuple) else [caught]


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    found = [getattr(node, name) for name in ("body", "orelse", "finalbody") if getattr(node, name, None)]
    found += [item.body for item in (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))]
    return found


def _shapes(keyword: ast.keyword) -> bool:
    """Whether a keyword of a column, computed here, makes an index or a constraint of its table."""
    return keyword.arg in ("index", "unique", "primary_key") and not isinstance(keyword.value, ast.Constant)


def _first(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(item.lineno for item in node.decorator_list)])


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
