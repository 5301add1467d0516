"""What the statements of a file bind and load: the ground that `taint` spreads on.

Few statements of a file are ever asked for, so that most of what there is to tell of one is found when it is.
"""

import ast
from collections.abc import Iterator
from functools import cached_property

from .name_chains import FUNCTIONS, Arguments, Chain, arguments, chains, last_name, roots, stored

_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


class Unit:
    """One statement; of a compound one its header, whose inner statements have it as their `parent`.

    `binds` are the names it gives a value, `changes` those whose value it works on, `imports` what its names come
    from: a name here, a module, and a name there or `None` for the module itself. Of a `try`, `attempts` are the
    modules that it imports if they are there. `evaluated` runs where the statement stands, the `body` of a function
    when it is called.
    """

    def __init__(
        self, kind: str, lines: tuple[int, int], block: "Block", parent: "Unit | None" = None
    ) -> None:
        """Take the first and the last line, and what the statement stands in."""
        self.kind = kind
        self.first, self.last = lines
        self.module, self.package, self.owner = block.module, block.package, block.owner
        self.counting = block.counting
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
        """What it loads."""
        return frozenset(chains(self.evaluated, self.counting))

    @cached_property
    def inside(self) -> frozenset[Chain]:
        """What the body of a function loads, or those of the functions without a name in a statement."""
        return frozenset(chains(self.body if self.kind == "function" else self.lambdas, self.counting))

    @cached_property
    def lambdas(self) -> list[ast.AST]:
        """The bodies of the functions without a name."""
        nodes = (item for node in self.evaluated for item in ast.walk(node))
        return [item.body for item in nodes if isinstance(item, ast.Lambda)]

    @cached_property
    def inner(self) -> list["Unit"]:
        """The statements of a class; of anything else none."""
        return (
            Block(self.module, self.package, self, self.counting).units(self.body)
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
    def shaping(self) -> list["Unit"]:
        """The statements of a class that decide about more than one column."""
        return [unit for unit in self.inner if unit.owner is self and unit.shapes()]

    def shapes(self) -> bool:
        """Whether a statement in a class body says more of a table than one column.

        A name with underscores does, what may or may not be there, and a column that makes an index or a constraint.
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
    """The statements of one file.

    `binders` are those at its top by the names that they bind, `changers` by those whose value they work on, and
    `stars` the modules that all names are imported from.
    """

    def __init__(
        self,
        tree: ast.Module | None,
        lines: int,
        module: str,
        *,
        is_package: bool,
        counting: Arguments = arguments,
    ) -> None:
        """Take the tree of a file, and how many lines it has; one that can't be parsed is a single statement."""
        block = Block(module, module if is_package else module.rpartition(".")[0], None, counting)
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

    def at(self, line: int) -> Unit | None:
        """The innermost statement at a line."""
        if line not in self._at:
            around = [unit for unit in self._top if unit.first <= line <= unit.last]
            for unit in around:  # which grows
                around += [inner for inner in unit.inner if inner.first <= line <= inner.last]
            self._at[line] = min(around, key=lambda unit: unit.last - unit.first, default=None)
        return self._at[line]

    def all(self) -> list[Unit]:
        """Every statement but those in functions."""
        found = list(self._top)
        for unit in found:  # which grows
            found += unit.inner
        return found


class Block:
    """Makes units of the statements of a module or of a class."""

    def __init__(self, module: str, package: str, owner: Unit | None, counting: Arguments) -> None:
        """Take the module, the package that its imports are relative to, the class, and what counts of a call."""
        self.module, self.package, self.owner = module, package, owner
        self.counting = counting

    def units(self, body: list[ast.stmt], parent: Unit | None = None) -> list[Unit]:
        """Those of some statements, each compound one before what is in it."""
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
        """The modules that a `try` imports if they are there."""
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


#: What a declarative base hands on to every table.
_OF_A_BASE = ("metadata", "registry", "type_annotation_map")


def _makes_more(keyword: ast.keyword) -> bool:
    """Whether a keyword of a column, computed here, makes an index or a constraint of its table."""
    return keyword.arg in ("index", "unique", "primary_key") and not isinstance(keyword.value, ast.Constant)


def _alternatives(caught: ast.expr | None) -> list[ast.expr]:
    """The classes that a handler names; a name without text where it takes everything."""
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
