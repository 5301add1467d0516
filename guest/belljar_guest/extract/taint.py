"""How far a guess reaches: from the statement that made it to the tables that depend on it.

A stand-in that becomes an ordinary value leaves no mark: `MAX = int(conf.max)` is a number like any other. So for
every table and column the statements that made it are looked at, what they load, what bound that, and so on, across
modules; where that leads to a statement that guessed, or to one that failed, there is doubt. A function counts only
where it is called. Only what tables depend on is read, and nothing in a run without guesses and failures.
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
    """Where a taint began."""

    code: str
    text: str
    origin: str | None

    def reason(self) -> frames.Reason:
        """The doubt of what it reached."""
        return frames.Reason(self.code, f"it depends on {self.text}", self.origin)


class Name(NamedTuple):
    """A name of a module, and what is done to it where it is loaded."""

    module: str
    name: str
    rest: Chain


class Called(NamedTuple):
    """A function that runs."""

    unit: Unit


class Changed(NamedTuple):
    """A `Table` or `MetaData`, by identity, that statements at the top of a module work on."""

    identity: int


Node = Unit | Name | Called | Changed


class Taint:
    """The statements and names of one run, as far as tables depend on them."""

    def __init__(
        self,
        modules: dict[str, str],
        trees: Trees,
        look: Callable[[str, str], Any],
        locate: Callable[[str], str | None],
    ) -> None:
        """Take the paths of modules by name, the trees of files, and what finds a name in a module, and a file."""
        self._modules, self._trees, self._look, self._locate = modules, trees, look, locate
        self._module_of = {path: name for name, path in reversed(modules.items())}
        self._units: dict[str, Units] = {}
        self._seeds: dict[Node, Cause] = {}
        self._begin: dict[str, list[Callable[[str], None]]] = {}
        self._names: dict[tuple[str, str], list[Name]] = {}
        self._needed_by: dict[Node, list[Node]] = {}
        self._reached: dict[Node, Cause] = {}
        self._packages: dict[str, Cause] = {}
        self._for_ddl: set[Unit] = set()

    def doubtful(self, package: str, cause: Cause) -> None:
        """Note a package that may be another: so may be all that is in it, or comes from it."""
        self._packages[package] = cause

    def guessed(self, path: str, line: int, cause: Cause) -> None:
        """Note a line that took a stand-in for something ordinary."""
        self._begin.setdefault(path, []).append(partial(self._guessed, line, cause))

    def failed(self, path: str, line: int, stood_in: frozenset[str], cause: Cause) -> None:
        """Note a statement that failed: what it works on, or would have bound anew, is not what it should be."""
        self._begin.setdefault(path, []).append(partial(self._failed, line, stood_in, cause))

    def attempted(self, path: str, absent: frozenset[str]) -> None:
        """Note a file that imports these modules if they are there; they were taken for that."""
        self._begin.setdefault(path, []).append(partial(self._attempted, absent))

    def changed(self, item: Any, cause: Cause) -> None:
        """Note a table or a `MetaData` that something may have worked on, or should have and has not."""
        self._seeds.setdefault(Changed(id(item)), cause)

    def _attempted(self, absent: frozenset[str], path: str) -> None:
        for unit in self._of(path).all():
            for module in unit.attempts:
                if module in absent:
                    text = f"line {unit.first} of `{path}`, which takes `{module}` to be there"
                    self._seed(path, unit, Cause("guess", text, module))

    def _guessed(self, line: int, cause: Cause, path: str) -> None:
        unit = self._at(path, line)
        if unit is None:
            return
        if unit.kind != "function":
            self._seed(path, unit, cause)
        elif unit.owner is None or unit.runs_with_class or unit.is_cached or unit in self._for_ddl:
            # What is made in it; and what calls it, unless that is on the stack of the guess anyway.
            self._seeds.setdefault(Called(unit), cause)

    def _failed(self, line: int, stood_in: frozenset[str], cause: Cause, path: str) -> None:
        unit = self._at(path, line)
        if unit is None or unit.kind == "function" or unit.imports:
            return
        around = unit.parent
        while around is not None:
            if around.kind == "loop":  # it did not come to its end
                self._seed(path, around, cause)
            around = around.parent
        if unit.changes:
            self._seed(path, unit, cause)
        for name in sorted(unit.binds - stood_in):
            if unit.owner is not None or unit.kind == "class":  # a class is there, and may lack something
                self._seed(path, unit, cause)
            for node in self._names.get((self._module_of[path], name), ()):
                self._seeds.setdefault(node, cause)

    def spread(self, tables: Iterable[Any]) -> None:
        """Find what tables depend on, and go back from where guesses and failures are to the tables."""
        if not self._begin and not self._seeds and not self._packages:
            return
        self._doubt_packages(self._gather([node for table in tables for node in self._all_makers(table)]))
        for path, begin in sorted(self._begin.items()):
            if path in self._units or self._may_change_tables(path):
                for note in begin:
                    note(path)
        waiting = sorted(self._seeds.items(), key=lambda item: item[1])
        for node, cause in waiting:
            self._reached.setdefault(node, cause)
        for node, _ in waiting:
            for above in self._needed_by.get(node, ()):
                if above not in self._reached:
                    self._reached[above] = self._reached[node]
                    waiting.append((above, self._reached[node]))

    def _doubt_packages(self, nodes: Iterable[Node]) -> None:
        for node in nodes if self._packages else ():
            cause = self._packages.get(_package(node, self._packages))
            if cause is not None:
                self._seeds.setdefault(node, cause)

    def of(self, item: Any, table: Any = None) -> list[frames.Reason]:
        """Doubts about a table, or a column of one, from the statements that made it.

        A column that the statement makes which makes the table has none of its own.
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

    # From tables down

    def _all_makers(self, table: Any) -> Iterator[Node]:
        yield from self._makers(table)
        yield from _changed(table)
        for column in table.columns:
            yield from self._makers(column)

    def _makers(self, item: Any) -> Iterator[Node]:
        """The statements that made a table or column, innermost first."""
        parts = [item]
        if issubclass(type(item), Table):
            parts += sorted([*item.constraints, *item.indexes], key=_first_place)
        for place in dict.fromkeys(place for part in parts for place in _stack(part)):
            unit = self._at(place.path, place.line)
            if unit is not None:
                yield Called(unit) if unit.kind == "function" else unit
        for code in codes_of(item) if issubclass(type(item), (Column, Table)) else ():
            unit = self._defining(code)
            if unit is not None:
                self._for_ddl.add(unit)
                yield Called(unit)

    def _defining(self, code: CodeType) -> Unit | None:
        """The statement that defines a function, or that a function without a name stands in."""
        path = self._locate(code.co_filename)
        return None if path is None else self._at(path, code.co_firstlineno)

    def _gather(self, waiting: list[Node]) -> list[Node]:
        """Note which node needs which, from some on, and give them all."""
        for path in list(self._units):
            waiting += self._changers(path)
        seen = dict.fromkeys(waiting)
        while waiting:
            node = waiting.pop()
            if isinstance(node, Name):
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
        elif isinstance(node, Called):
            yield node.unit
            yield from self._loads(node.unit, node.unit.inside, [*node.unit.body, *node.unit.lambdas])
        elif isinstance(node, Name) and node.module in self._modules:
            yield from self._name_needs(node)

    def _unit_needs(self, unit: Unit) -> Iterator[Node]:
        if unit.parent is not None:
            yield unit.parent
        yield from self._loads(unit, unit.loads, unit.evaluated)
        left_out = enum_usage.labels(unit) if self._is_enumeration(unit) else ()
        for inner in unit.shaping:
            if inner in left_out:
                continue
            yield Called(inner) if inner.kind == "function" else inner

    def _is_enumeration(self, unit: Unit) -> bool:
        top = unit.kind == "class" and unit.owner is None
        return top and enum_usage.is_enumeration(self._look(unit.module, unit.name))

    def _loads(self, unit: Unit, chains: Iterable[Chain], nodes: Iterable[ast.AST]) -> Iterator[Node]:
        end = (ANYTHING,) if unit.kind == "loop" or enum_usage.may_ask_for_anything(nodes) else ()
        for chain in sorted(chains):
            inner = unit.owner.members.get(chain[0]) if unit.owner and unit.kind != "function" else None
            if inner:
                for item in inner:
                    yield Called(item) if item.kind == "function" and CALL in chain else item
            else:
                yield Name(unit.module, chain[0], chain[1:] + end)

    def _name_needs(self, node: Name) -> Iterator[Node]:
        units = self._of(self._modules[node.module])
        for unit in units.binders.get(node.name, ()):
            if unit.imports:
                yield from self._imported(unit, node)
            elif unit.kind == "class":
                yield unit
                listed = self._is_enumeration(unit)
                yield from enum_usage.needed(unit, node.rest) if listed else _of_class(unit, node.rest)
            elif unit.kind == "function" and node.rest[:1] == (CALL,):
                yield Called(unit)
            else:
                yield unit
        yield from self._of_instance(node)
        changers = units.changers.get(node.name, ())
        if changers and issubclass(type(self._look(node.module, node.name)), (list, dict, set)):
            yield from changers
        if node.name not in units.binders:
            for source in units.stars:
                yield Name(source, node.name, node.rest)

    def _of_instance(self, node: Name) -> Iterator[Node]:
        """The method or property that an attribute of an object is, where its class is the repository's."""
        cls = type(self._look(node.module, node.name))
        if not node.rest or issubclass(cls, (type, ModuleType)):
            return
        bases = type.__dict__["__mro__"].__get__(cls)
        member = next((base.__dict__[node.rest[0]] for base in bases if node.rest[0] in base.__dict__), None)
        for function in (member, getattr(member, "fget", None), getattr(member, "func", None)):
            unit = self._defining(function.__code__) if type(function) is FunctionType else None
            if unit is not None:
                yield Called(unit)

    def _imported(self, unit: Unit, node: Name) -> Iterator[Node]:
        for name, source, there in unit.imports:
            if name != node.name:
                continue
            if there is not None:
                yield Name(source, there, node.rest)
            target, rest = f"{source}.{there}" if there else source, node.rest
            while rest and f"{target}.{rest[0]}" in self._modules:
                target, rest = f"{target}.{rest[0]}", rest[1:]
            if rest and target in self._modules:
                yield Name(target, rest[0], rest[1:])

    # Seeds, and what they work on

    def _seed(self, path: str, unit: Unit, cause: Cause) -> None:
        self._seeds.setdefault(unit, cause)
        for name in sorted(unit.changes):
            for node in self._worked_on(self._module_of[path], name) if unit.owner is None else ():
                self._seeds.setdefault(node, cause)

    def _changers(self, path: str) -> Iterator[Unit]:
        """The statements of a file that work on tables, which from here on depend on them."""
        for name, changers in sorted(self._of(path).changers.items()):
            for node in self._worked_on(self._module_of[path], name):
                for unit in changers:
                    self._needed_by.setdefault(unit, []).append(node)
                    yield unit

    def _may_change_tables(self, path: str) -> bool:
        """Whether a file that no table depends on may work on one."""
        source = self._trees.read(path) if path in self._module_of else b""
        return any(
            word in source for word in (b"append_", b"Index(", b"Constraint(", b"metadata", b"__table__")
        )

    def _worked_on(self, module: str, name: str) -> Iterator[Changed]:
        value = self._look(module, name)
        if issubclass(type(value), type):  # asks no proxy for its class
            own = value.__dict__
            value = own.get("__table__") if "__mapper__" in own else own.get("metadata")
        if issubclass(type(value), (Table, MetaData)):
            yield Changed(id(value))

    # Files

    def _at(self, path: str, line: int) -> Unit | None:
        return self._of(path).at(line) if path in self._module_of else None

    def _of(self, path: str) -> Units:
        if path not in self._units:
            module = self._module_of[path]
            tree, lines = self._trees.of(path), self._trees.read(path).count(b"\n") + 1
            is_package, counting = path.endswith("__init__.py"), partial(self._counting, module)
            self._units[path] = Units(tree, lines, module, is_package=is_package, counting=counting)
        return self._units[path]

    def _counting(self, module: str, call: ast.Call) -> list[ast.AST]:
        """The arguments of a call that what comes of it depends on."""
        kind = self._named(module, call.func)
        for known in (encrypted_types.arguments(kind, call), enum_usage.only_named(kind, call)):
            if known is not None:
                return known
        return arguments(call)

    def _named(self, module: str, node: ast.expr) -> Any:
        """What a name, or a name in a module, leads to."""
        if isinstance(node, ast.Name):
            return self._look(module, node.id)
        if not isinstance(node, ast.Attribute):
            return None
        value = self._named(module, node.value)
        return vars(value).get(node.attr) if type(value) is ModuleType else None


def _package(node: Node, packages: dict[str, Cause]) -> str:
    """The package among some that a node is of; nothing where it is of none."""
    if isinstance(node, Changed):
        return ""
    name = node.unit.module if isinstance(node, Called) else node.module
    while name and name not in packages:
        name = name.rpartition(".")[0]
    return name


def _stack(item: Any) -> list[frames.Place]:
    notes = item.__dict__.get(NOTES)
    return notes.stack if isinstance(notes, Notes) else []


def _first_place(item: Any) -> list[tuple[str, int]]:
    """An order that is the same in every run: the parts of a table are kept in sets."""
    return [(place.path, place.line) for place in _stack(item)]


def _changed(table: Any) -> Iterator[Changed]:
    yield Changed(id(table))
    yield Changed(id(table.metadata))


#: The methods that run when an instance is made.
_MAKING = ("__init__", "__new__", "__post_init__")


def _of_class(unit: Unit, rest: Chain) -> Iterator[Node]:
    """What an attribute of a class, or an instance of it, depends on besides the class."""
    if rest[:1] == (CALL,):
        for name, items in unit.members.items():
            yield from (item for item in items if item.kind != "function")
            yield from (Called(item) for item in items if item.kind == "function" and name in _MAKING)
    elif rest:
        for item in unit.members.get(rest[0], ()):
            yield Called(item) if item.kind == "function" and rest[1:2] == (CALL,) else item
