"""What the statements of a file bind and load: the nodes of the graph that `taint` searches.

Only few statements of a file are looked at, so most properties are computed on demand.
"""

import ast
from collections.abc import Iterator
from functools import cached_property

from .name_chains import FUNCTIONS, Arguments, Chain, arguments, chains, last_name, roots, stored

_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


class Unit:
    """A statement. Of a compound statement it is the header; the statements inside have it as their `parent`.

    `binds` are the names that it binds, `changes` the names whose values it modifies. `imports` are the sources of
    imported names: the local name, the module, and the name there, or `None` for the module itself. `attempts` are the
    modules that a `try` imports if they are available. `evaluated` runs where the statement stands, the `body` of a
    function when it is called.
    """

    def __init__(
        self, kind: str, lines: tuple[int, int], block: "Block", parent: "Unit | None" = None
    ) -> None:
        """Take the first and the last line, and the enclosing block and statement."""
        self.kind = kind
        self.first, self.last = lines
        self.module, self.package, self.owner = block.module, block.package, block.owner
        self.relevant_arguments = block.relevant_arguments
        self.parent = parent
        self.name = ""
        self.binds: frozenset[str] = frozenset()
        self.changes: frozenset[str] = frozenset()
        self.imports: list[tuple[str, str, str | None]] = []
        self.runs_with_class = False
        self.is_cached = False
        self.attempts: tuple[str, ...] = ()
        self.evaluated: list[ast.AST] = []
        self.body: list[ast.stmt] = []

    @cached_property
    def loads(self) -> frozenset[Chain]:
        """The names that the statement loads."""
        return frozenset(chains(self.evaluated, self.relevant_arguments))

    @cached_property
    def body_loads(self) -> frozenset[Chain]:
        """The names that the body of a function loads, or the lambdas in a statement."""
        return frozenset(
            chains(self.body if self.kind == "function" else self.lambdas, self.relevant_arguments)
        )

    @cached_property
    def lambdas(self) -> list[ast.AST]:
        """The bodies of the lambdas in the statement."""
        nodes = (item for node in self.evaluated for item in ast.walk(node))
        return [item.body for item in nodes if isinstance(item, ast.Lambda)]

    @cached_property
    def inner(self) -> list["Unit"]:
        """The statements of a class; empty for anything else."""
        return (
            Block(self.module, self.package, self, self.relevant_arguments).units(self.body)
            if self.kind == "class"
            else []
        )

    @cached_property
    def members(self) -> dict[str, list["Unit"]]:
        """The statements of a class by the names they bind."""
        found: dict[str, list[Unit]] = {}
        for unit in self.inner:
            for name in unit.binds if unit.owner is self else ():
                found.setdefault(name, []).append(unit)
        return found

    @cached_property
    def table_shaping(self) -> list["Unit"]:
        """The statements of a class that affect its table beyond a single column."""
        return [unit for unit in self.inner if unit.owner is self and unit.shapes_table()]

    def shapes_table(self) -> bool:
        """Whether a statement in a class body affects the table beyond a single column.

        That holds for names with underscores, for conditional statements and loops, and for a column that creates an
        index or a constraint.
        """
        if self.kind in ("block", "loop"):
            return True
        if any(name.startswith("__") or name in _OF_A_BASE for name in self.binds):
            return self.kind != "function" or self.runs_with_class
        return self.kind == "simple" and any(
            isinstance(item, ast.keyword) and _makes_more(item)
            for node in self.evaluated
            for item in ast.walk(node)
        )


class Units:
    """The statements of a file.

    `binders` are its top-level statements by the names that they bind, `changers` by the names whose values they
    modify. `stars` are the modules of star imports.
    """

    def __init__(
        self,
        tree: ast.Module | None,
        lines: int,
        module: str,
        *,
        is_package: bool,
        relevant_arguments: Arguments = arguments,
    ) -> None:
        """Take the syntax tree and the number of lines; a file that can't be parsed is a single statement."""
        block = Block(module, module if is_package else module.rpartition(".")[0], None, relevant_arguments)
        self._top = [Unit("block", (1, lines), block)] if tree is None else block.units(tree.body)
        self.binders: dict[str, list[Unit]] = {}
        self.changers: dict[str, list[Unit]] = {}
        self.stars: list[str] = []
        self._at: dict[int, Unit | None] = {}
        for unit in self._top:
            for name in unit.binds:
                self.binders.setdefault(name, []).append(unit)
            for name in unit.changes:
                self.changers.setdefault(name, []).append(unit)
            self.stars += [source for name, source, _ in unit.imports if name == "*"]

    def find_unit(self, line: int) -> Unit | None:
        """The innermost statement at a line."""
        if line not in self._at:
            around = [unit for unit in self._top if unit.first <= line <= unit.last]
            for unit in around:  # the list grows
                around += [inner for inner in unit.inner if inner.first <= line <= inner.last]
            self._at[line] = min(around, key=lambda unit: unit.last - unit.first, default=None)
        return self._at[line]

    def all_units(self) -> list[Unit]:
        """All statements outside of functions."""
        found = list(self._top)
        for unit in found:  # the list grows
            found += unit.inner
        return found


class Block:
    """Creates the units of a module or of a class body."""

    def __init__(self, module: str, package: str, owner: Unit | None, relevant_arguments: Arguments) -> None:
        """Take the module, its package for relative imports, the class, and a filter for the arguments of calls."""
        self.module, self.package, self.owner = module, package, owner
        self.relevant_arguments = relevant_arguments

    def units(self, body: list[ast.stmt], parent: Unit | None = None) -> list[Unit]:
        """The units of statements, each compound one before the statements inside."""
        return [unit for node in body for unit in self._of(node, parent)]

    def _of(self, node: ast.stmt, parent: Unit | None) -> Iterator[Unit]:
        if isinstance(node, FUNCTIONS):
            yield self._function(node, parent)
        elif isinstance(node, ast.ClassDef):
            yield self._class(node, parent)
        elif inner := _blocks(node):
            unit = self._compound(node, parent)
            yield unit
            for block in inner:
                yield from self.units(block, unit)
        else:
            yield self._simple(node, parent)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, parent: Unit | None) -> Unit:
        defaults = [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
        evaluated = [*node.decorator_list, *defaults]
        lines = (_first(node), _last(node))
        unit = Unit("function", lines, self, parent)
        unit.evaluated, unit.body = [*evaluated], node.body
        unit.name, unit.binds = node.name, frozenset({node.name})
        names = {part for chain in chains(node.decorator_list) for part in chain}
        unit.is_cached = any("cache" in name for name in names)
        unit.runs_with_class = self.owner is not None and bool(names & {"declared_attr", "classproperty"})
        return unit

    def _class(self, node: ast.ClassDef, parent: Unit | None) -> Unit:
        header = [*node.decorator_list, *node.bases, *(item.value for item in node.keywords)]
        lines = (_first(node), _last(node))
        unit = Unit("class", lines, self, parent)
        unit.evaluated, unit.body = [*header], node.body
        unit.name, unit.binds = node.name, frozenset({node.name})
        return unit

    def _compound(self, node: ast.stmt, parent: Unit | None) -> Unit:
        parts = [item for item in ast.iter_child_nodes(node) if not isinstance(item, _STATEMENTS)]
        kind = "loop" if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) else "block"
        unit = Unit(kind, (node.lineno, _last(node)), self, parent)
        unit.evaluated, unit.binds = parts, frozenset(stored(parts))
        unit.attempts = tuple(self._attempted(node)) if isinstance(node, ast.Try) else ()
        return unit

    def _simple(self, node: ast.stmt, parent: Unit | None) -> Unit:
        unit = Unit("simple", (node.lineno, _last(node)), self, parent)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            unit.imports = list(self._imports(node))
            unit.binds = frozenset(name for name, _, _ in unit.imports)
            return unit
        targets = [*getattr(node, "targets", ()), *([node.target] if hasattr(node, "target") else [])]
        unit.evaluated, unit.binds = [node], frozenset(stored([node]))
        unit.changes = frozenset(roots(targets, node))
        return unit

    def _attempted(self, node: ast.Try) -> Iterator[str]:
        """The modules that a `try` imports if they are available."""
        caught = {last_name(item) for handler in node.handlers for item in _alternatives(handler.type)}
        if not caught & {"ImportError", "ModuleNotFoundError", "Exception", ""}:
            return
        for statement in node.body:
            if isinstance(statement, ast.Import):
                yield from (alias.name for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom):
                yield from dict.fromkeys(source for _, source, _ in self._imports(statement))

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, str | None]]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top, None
            return
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
        module = ".".join(part for part in (base, node.module) if part)
        for alias in node.names:
            yield alias.asname or alias.name, module, alias.name


#: Names by which a declarative base affects every table.
_OF_A_BASE = ("metadata", "registry", "type_annotation_map")


def _makes_more(keyword: ast.keyword) -> bool:
    """Whether a computed keyword of a column creates an index or a constraint."""
    return keyword.arg in ("index", "unique", "primary_key") and not isinstance(keyword.value, ast.Constant)


def _alternatives(caught: ast.expr | None) -> list[ast.expr]:
    """The exception classes of a handler; an empty name for a bare `except`."""
    if caught is None:
        return [ast.Name("", ast.Load())]
    return caught.elts if isinstance(caught, ast.Tuple) else [caught]


def _blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    found = [getattr(node, name) for name in ("body", "orelse", "finalbody") if getattr(node, name, None)]
    found += [item.body for item in (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))]
    return found


def _first(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(item.lineno for item in node.decorator_list)])


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
