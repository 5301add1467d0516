"""How far a guess reaches: from the statement that made it to the tables that depend on it.

A stand-in that becomes an ordinary value leaves no trace: `MAX = int(conf.max)` is a number like any other. So this is
static: for every table and column, the search starts at the statements that created it, continues with the names that
they load and the statements that bind those, across modules. If it reaches a statement that guessed or failed, the
table is in doubt. A function matters only where it is called. Only files that tables depend on are parsed, and none in
a run without guesses and failures.

The graph has four kinds of nodes. A `Unit` is a statement, a `LoadedName` the use of a name, a `CalledFunction` the
body of a function, and a `ChangedTable` a table that statements modify after its creation. A function has a node for
its definition and one for its body, because defining it has no effect by itself.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from sqlalchemy import Column, MetaData, Table

from .. import frames
from ..libraries import encrypted_types
from ..stand_in.sqlalchemy_patches import NOTES, Notes
from . import enum_usage
from .bindings import Unit, Units
from .ddl_callbacks import codes_of
from .enum_usage import ANYTHING
from .name_chains import CALL, Chain, arguments
from .syntax_trees import Trees


class Cause(NamedTuple):
    """The origin of a taint."""

    code: str
    text: str
    origin: str | None

    def reason(self) -> frames.Reason:
        """The doubt about what it reached."""
        return frames.Reason(self.code, f"it depends on {self.text}", self.origin)


class LoadedName(NamedTuple):
    """A name of a module, with the attributes and calls that follow it."""

    module: str
    name: str
    rest: Chain


class CalledFunction(NamedTuple):
    """The body of a function that is called."""

    unit: Unit


class ChangedTable(NamedTuple):
    """A `Table` or `MetaData`, by identity, that top-level statements modify."""

    identity: int


Node = Unit | LoadedName | CalledFunction | ChangedTable


class Taint:
    """The statements and names of one run, as far as tables depend on them."""

    def __init__(
        self,
        modules: dict[str, str],
        trees: Trees,
        find_name: Callable[[str, str], Any],
        locate: Callable[[str], str | None],
    ) -> None:
        """Take the paths of modules by name, the syntax trees, and functions that look up a name and a file."""
        self._modules, self._trees, self._find_name, self._locate = modules, trees, find_name, locate
        self._module_of = {path: name for name, path in reversed(modules.items())}
        self._units: dict[str, Units] = {}
        self._seeds: dict[Node, Cause] = {}
        self._starts: dict[str, list[Callable[[str], None]]] = {}
        self._names: dict[tuple[str, str], list[LoadedName]] = {}
        self._needed_by: dict[Node, list[Node]] = {}
        self._reached: dict[Node, Cause] = {}
        self._packages: dict[str, Cause] = {}
        self._for_ddl: set[Unit] = set()
        #: Whether a statement, or the body of a function, may ask for anything of what it loads.
        self._asks: dict[tuple[Unit, bool], bool] = {}

    def add_doubtful_package(self, package: str, cause: Cause) -> None:
        """Note a package that may be another one, along with everything in it or from it."""
        self._packages[package] = cause

    def add_guess(self, path: str, line: int, cause: Cause) -> None:
        """Note a line that used a stand-in as an ordinary value."""
        self._starts.setdefault(path, []).append(partial(self._guessed, line, cause))

    def add_failure(self, path: str, line: int, stood_in: frozenset[str], cause: Cause) -> None:
        """Note a failed statement: what it modifies, or would have rebound, is in doubt."""
        self._starts.setdefault(path, []).append(partial(self._failed, line, stood_in, cause))

    def add_attempts(self, path: str, absent: frozenset[str]) -> None:
        """Note a file that imports these absent modules in a `try`; they were assumed to exist."""
        self._starts.setdefault(path, []).append(partial(self._attempted, absent))

    def add_change(self, item: Any, cause: Cause) -> None:
        """Note a table or a `MetaData` that something may have modified, or should have."""
        self._seeds.setdefault(ChangedTable(id(item)), cause)

    def _attempted(self, absent: frozenset[str], path: str) -> None:
        for unit in self._units_of(path).all_units():
            for module in unit.attempts:
                if module in absent:
                    text = f"line {unit.first} of `{path}`, which assumes that `{module}` is installed"
                    self._seed(path, unit, Cause("guess", text, module))

    def _guessed(self, line: int, cause: Cause, path: str) -> None:
        unit = self._unit_at(path, line)
        if unit is None:
            return
        if unit.kind != "function":
            self._seed(path, unit, cause)
        elif unit.owner is None or unit.runs_with_class or unit.is_cached or unit in self._for_ddl:
            # The body is tainted; its callers only if they were not on the stack of the guess anyway.
            self._seeds.setdefault(CalledFunction(unit), cause)

    def _failed(self, line: int, stood_in: frozenset[str], cause: Cause, path: str) -> None:
        unit = self._unit_at(path, line)
        if unit is None or unit.kind == "function" or unit.imports:
            return
        around = unit.parent
        while around is not None:
            if around.kind == "loop":  # it ended early
                self._seed(path, around, cause)
            around = around.parent
        if unit.changes:
            self._seed(path, unit, cause)
        for name in sorted(unit.binds - stood_in):
            if unit.owner is not None or unit.kind == "class":  # the class exists, but may lack something
                self._seed(path, unit, cause)
            # Names with stand-ins are guesses where they are used. A name without one still has an earlier value.
            for node in self._names.get((self._module_of[path], name), ()):
                self._seeds.setdefault(node, cause)

    def spread(self, tables: Iterable[Any]) -> None:
        """Search what tables depend on, then propagate guesses and failures back to the tables.

        The search goes down from the tables first, because that bounds the files that are parsed. Only then are guesses
        and failures mapped to nodes, and propagated along the reversed edges. Causes are processed in sorted order, and
        the first one to reach a node stays, so that reasons are the same in every run.
        """
        if not self._starts and not self._seeds and not self._packages:
            return
        self._doubt_packages(self._gather([node for table in tables for node in self._all_makers(table)]))
        for path, begin in sorted(self._starts.items()):
            if path in self._units or self._may_change_tables(path):
                for note in begin:
                    note(path)
        waiting = sorted(self._seeds.items(), key=lambda item: item[1])
        for node, cause in waiting:
            self._reached.setdefault(node, cause)
        for node, _ in waiting:  # breadth-first; the list grows
            for above in self._needed_by.get(node, ()):
                if above not in self._reached:
                    self._reached[above] = self._reached[node]
                    waiting.append((above, self._reached[node]))

    def _doubt_packages(self, nodes: Iterable[Node]) -> None:
        for node in nodes if self._packages else ():
            cause = self._packages.get(_package(node, self._packages))
            if cause is not None:
                self._seeds.setdefault(node, cause)

    def find_reasons(self, item: Any, table: Any = None) -> list[frames.Reason]:
        """Doubts about a table or column, from the statements that created it.

        A column does not repeat the doubts of a statement that also created its table.
        """
        if not self._reached:
            return []
        besides = set(self._makers(table)) if table is not None else set()
        found = [
            self._reached[node]
            for node in self._makers(item)
            if node in self._reached and node not in besides
        ]
        if table is None:
            found += [self._reached[node] for node in _changed(item) if node in self._reached]
        return [cause.reason() for cause in dict.fromkeys(found)]

    # From tables to what they depend on

    def _all_makers(self, table: Any) -> Iterator[Node]:
        yield from self._makers(table)
        yield from _changed(table)
        for column in table.columns:
            yield from self._makers(column)

    def _makers(self, item: Any) -> Iterator[Node]:
        """The statements that created a table or column, innermost first."""
        parts = [item]
        if issubclass(type(item), Table):
            parts += sorted([*item.constraints, *item.indexes], key=_first_place)
        for place in dict.fromkeys(place for part in parts for place in _stack(part)):
            unit = self._unit_at(place.path, place.line)
            if unit is not None:
                yield CalledFunction(unit) if unit.kind == "function" else unit
        for code in codes_of(item) if issubclass(type(item), (Column, Table)) else ():
            unit = self._defining(code)
            if unit is not None:
                self._for_ddl.add(unit)
                yield CalledFunction(unit)

    def _defining(self, code: CodeType) -> Unit | None:
        """The statement that defines a function, or contains a lambda."""
        path = self._locate(code.co_filename)
        return None if path is None else self._unit_at(path, code.co_firstlineno)

    def _gather(self, waiting: list[Node]) -> list[Node]:
        """Record which node needs which, starting from some; returns all nodes.

        Statements that modify a table have the reversed edge: the table depends on them. They are found only in files
        that were already parsed, so they are collected before the search.
        """
        for path in list(self._units):
            waiting += self._changers(path)
        seen = dict.fromkeys(waiting)
        while waiting:
            node = waiting.pop()
            if isinstance(node, LoadedName):
                self._names.setdefault((node.module, node.name), []).append(node)
            for needed in self._needs(node):
                self._needed_by.setdefault(needed, []).append(node)
                if needed not in seen:
                    seen[needed] = None
                    waiting.append(needed)
        return list(seen)

    def _needs(self, node: Node) -> Iterator[Node]:
        if isinstance(node, Unit):
            yield from self._unit_needs(node)
        elif isinstance(node, CalledFunction):
            yield node.unit
            yield from self._loads(
                node.unit, node.unit.body_loads, [*node.unit.body, *node.unit.lambdas], called=True
            )
        elif isinstance(node, LoadedName) and node.module in self._modules:
            yield from self._name_needs(node)

    def _unit_needs(self, unit: Unit) -> Iterator[Node]:
        if unit.parent is not None:  # a condition or a loop around a statement decides whether it runs
            yield unit.parent
        yield from self._loads(unit, unit.loads, unit.evaluated)
        left_out = enum_usage.label_units(unit) if self._is_enumeration(unit) else ()
        for inner in unit.table_shaping:
            if inner in left_out:
                continue
            yield CalledFunction(inner) if inner.kind == "function" else inner

    def _is_enumeration(self, unit: Unit) -> bool:
        top = unit.kind == "class" and unit.owner is None
        return top and enum_usage.is_enumeration(self._find_name(unit.module, unit.name))

    def _loads(
        self, unit: Unit, chains: Iterable[Chain], nodes: Iterable[ast.AST], *, called: bool = False
    ) -> Iterator[Node]:
        # A long function is asked for by everything that it creates.
        asks = self._asks.get((unit, called))
        if asks is None:
            asks = self._asks[unit, called] = enum_usage.may_ask_for_anything(nodes)
        end = (ANYTHING,) if unit.kind == "loop" or asks else ()
        for chain in sorted(chains):
            inner = unit.owner.members.get(chain[0]) if unit.owner and unit.kind != "function" else None
            if inner:
                for item in inner:
                    yield CalledFunction(item) if item.kind == "function" and CALL in chain else item
            else:
                yield LoadedName(unit.module, chain[0], chain[1:] + end)

    def _name_needs(self, node: LoadedName) -> Iterator[Node]:
        units = self._units_of(self._modules[node.module])
        for unit in units.binders.get(node.name, ()):
            if unit.imports:
                yield from self._imported(unit, node)
            elif unit.kind == "class":
                yield unit
                listed = self._is_enumeration(unit)
                yield from enum_usage.needed_units(unit, node.rest) if listed else _of_class(unit, node.rest)
            elif unit.kind == "function" and node.rest[:1] == (CALL,):
                yield CalledFunction(unit)
            else:
                yield unit
        yield from self._of_instance(node)
        # Whoever loads a container sees what other statements have added to it. Other objects are not followed this
        # way: every call of a method would count as a change.
        changers = units.changers.get(node.name, ())
        if changers and issubclass(type(self._find_name(node.module, node.name)), (list, dict, set)):
            yield from changers
        if node.name not in units.binders:
            for source in units.stars:
                yield LoadedName(source, node.name, node.rest)

    def _of_instance(self, node: LoadedName) -> Iterator[Node]:
        """The method or property of the repository's class that an attribute of an object resolves to."""
        cls = type(self._find_name(node.module, node.name))
        if not node.rest or issubclass(cls, (type, ModuleType)):
            return
        bases = type.__dict__["__mro__"].__get__(cls)
        member = next((base.__dict__[node.rest[0]] for base in bases if node.rest[0] in base.__dict__), None)
        for function in (member, getattr(member, "fget", None), getattr(member, "func", None)):
            unit = self._defining(function.__code__) if type(function) is FunctionType else None
            if unit is not None:
                yield CalledFunction(unit)

    def _imported(self, unit: Unit, node: LoadedName) -> Iterator[Node]:
        for name, source, there in unit.imports:
            if name != node.name:
                continue
            if there is not None:
                yield LoadedName(source, there, node.rest)
            target, rest = f"{source}.{there}" if there else source, node.rest
            while rest and f"{target}.{rest[0]}" in self._modules:
                target, rest = f"{target}.{rest[0]}", rest[1:]
            if rest and target in self._modules:
                yield LoadedName(target, rest[0], rest[1:])

    # Seeds, and the tables that they modify

    def _seed(self, path: str, unit: Unit, cause: Cause) -> None:
        self._seeds.setdefault(unit, cause)
        for name in sorted(unit.changes):
            for node in self._tables_named(self._module_of[path], name) if unit.owner is None else ():
                self._seeds.setdefault(node, cause)

    def _changers(self, path: str) -> Iterator[Unit]:
        """The statements of a file that modify tables, which then depend on them."""
        for name, changers in sorted(self._units_of(path).changers.items()):
            for node in self._tables_named(self._module_of[path], name):
                for unit in changers:
                    self._needed_by.setdefault(unit, []).append(node)
                    yield unit

    def _may_change_tables(self, path: str) -> bool:
        """Whether a file that no table depends on may modify one."""
        source = self._trees.read_file(path) if path in self._module_of else b""
        return any(
            word in source for word in (b"append_", b"Index(", b"Constraint(", b"metadata", b"__table__")
        )

    def _tables_named(self, module: str, name: str) -> Iterator[ChangedTable]:
        value = self._find_name(module, name)
        if issubclass(type(value), type):  # avoids the `__class__` of a proxy
            own = value.__dict__
            value = own.get("__table__") if "__mapper__" in own else own.get("metadata")
        if issubclass(type(value), (Table, MetaData)):
            yield ChangedTable(id(value))

    # Files

    def _unit_at(self, path: str, line: int) -> Unit | None:
        return self._units_of(path).find_unit(line) if path in self._module_of else None

    def _units_of(self, path: str) -> Units:
        if path not in self._units:
            module = self._module_of[path]
            tree, lines = self._trees.find_tree(path), self._trees.read_file(path).count(b"\n") + 1
            is_package, relevant_arguments = (
                path.endswith("__init__.py"),
                partial(self._relevant_arguments, module),
            )
            self._units[path] = Units(
                tree, lines, module, is_package=is_package, relevant_arguments=relevant_arguments
            )
        return self._units[path]

    def _relevant_arguments(self, module: str, call: ast.Call) -> list[ast.AST]:
        """The arguments of a call that its result depends on."""
        kind = self._resolve(module, call.func)
        for known in (encrypted_types.column_arguments(kind, call), enum_usage.arguments_by_name(kind, call)):
            if known is not None:
                return known
        return arguments(call)

    def _resolve(self, module: str, node: ast.expr) -> Any:
        """The value of a name, or of an attribute of a module."""
        if isinstance(node, ast.Name):
            return self._find_name(module, node.id)
        if not isinstance(node, ast.Attribute):
            return None
        value = self._resolve(module, node.value)
        return vars(value).get(node.attr) if type(value) is ModuleType else None


def _package(node: Node, packages: dict[str, Cause]) -> str:
    """The innermost of some packages that contains a node; empty if there is none."""
    if isinstance(node, ChangedTable):
        return ""
    name = node.unit.module if isinstance(node, CalledFunction) else node.module
    while name and name not in packages:
        name = name.rpartition(".")[0]
    return name


def _stack(item: Any) -> list[frames.Place]:
    notes = item.__dict__.get(NOTES)
    return notes.stack if isinstance(notes, Notes) else []


def _first_place(item: Any) -> list[tuple[str, int]]:
    """A sort key that is the same in every run: the parts of a table are kept in sets."""
    return [(place.path, place.line) for place in _stack(item)]


def _changed(table: Any) -> Iterator[ChangedTable]:
    yield ChangedTable(id(table))
    yield ChangedTable(id(table.metadata))


#: Methods that run when an instance is created.
_MAKING = ("__init__", "__new__", "__post_init__")


def _of_class(unit: Unit, rest: Chain) -> Iterator[Node]:
    """What an attribute or an instance of a class depends on besides the class."""
    if rest[:1] == (CALL,):
        for name, items in unit.members.items():
            yield from (item for item in items if item.kind != "function")
            yield from (CalledFunction(item) for item in items if item.kind == "function" and name in _MAKING)
    elif rest:
        for item in unit.members.get(rest[0], ()):
            yield CalledFunction(item) if item.kind == "function" and rest[1:2] == (CALL,) else item
