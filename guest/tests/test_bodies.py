"""Functions whose bodies are compiled when they are called are the functions that they would have been."""

import tempfile
import unittest
from pathlib import Path

import case
from case import Case
from native import native, plan_for
from postpone import mirror

#: The beginning of modules that put what functions return into tables, so that it is seen.
TABLES = """\
{prelude}
def note(name, *values):
    columns = [Column(f"c{index}", Integer, comment=str(value))
        for index, value in enumerate(values)]
    return Table(name, metadata, *columns)
"""

FUTURE = "from __future__ import annotations\n"


class Bodies(Case):
    """A repository gives the same frames with postponed bodies and without."""

    def same(self, *modules: str, shows: str = "") -> None:
        """Compare all frames; `shows` has to be among the comments of columns."""
        files = {}
        for index, module in enumerate(modules):
            rest = module.removeprefix(FUTURE)
            files[f"m{index}.py"] = f"{'' if rest == module else FUTURE}{TABLES}{rest}"
        with tempfile.TemporaryDirectory() as folder:
            repository, mount = Path(folder, "repository"), Path(folder, "bodies")
            case.write(repository, files)
            mirror(repository, mount)
            plan = plan_for(str(repository), sorted(files))
            whole = native("2.0").run(plan)
            late = native("2.0").run({**plan, "bodies": str(mount)})
        self.assertEqual([str(frame) for frame in late], [str(frame) for frame in whole])
        self.assertIn(shows, str(whole))

    def test_arguments(self) -> None:
        self.same(
            """\
def f(a, /, b, c=3, *d, e=5, g, **h):
    return [a, b, c, d, e, g, h, sorted(locals())]
note("t", f(1, 2, g=7), f(1, b=2, g=7, i=8), f(1, 2, 3, 4, 5, e=6, g=7))
try:
    f()
except TypeError as error:
    note("u", error)
""",
            shows="[1, 2, 3, (), 5, 7, {}, ['a', 'b', 'c', 'd', 'e', 'g', 'h']]",
        )

    def test_methods(self) -> None:
        self.same(
            """\
class A:
    def __init__(self, x):
        self.__x = x
    def private(self):
        return self.__x
    @property
    def p(self):
        return self.private() + 1
    @classmethod
    def c(cls, x):
        return cls(x).p
    @staticmethod
    def s(*x):
        return x
class B(A):
    def __init__(self):
        super().__init__(4)
    def __init_subclass__(cls):
        super().__init_subclass__()
        note(cls.__name__, __class__.__name__)
    def p2(self):
        return [super(B, self).p, [super().p for _ in "a"] if 0 else 1, (lambda: super().p)()]
class C(B):
    class D:
        def deep(self):
            return __class__.__qualname__
note("t", A(1).p, A.c(2), A.s(3), B().p, B().p2(), C.D().deep())
""",
            shows="C.D",
        )

    def test_generators_and_coroutines(self) -> None:
        self.same(
            """\
import contextlib, inspect
def g(n):
    got = yield n
    try:
        yield got
    finally:
        note("closed", n)
    return 5
def whole():
    return (yield from g(1))
@contextlib.contextmanager
def manager():
    try:
        yield 7
    except ValueError as error:
        note("caught", error)
async def c(x):
    return x + 1
async def d():
    return await c(1) + await c(2)
one = g(3)
first = next(one)
second = one.send("sent")
one.close()
with manager() as seven:
    raise ValueError("inside")
try:
    d().send(None)
except StopIteration as end:
    value = end.value
note("t", first, second, list(whole()), seven, value, inspect.isgeneratorfunction(g), inspect.iscoroutinefunction(c))
""",
            shows="sent",
        )

    def test_what_is_read_of_a_function(self) -> None:
        self.same(
            '''\
import dis, inspect, types
def f(a, b=2, *, c: int = 3) -> "x":
    """The docstring.

    With a second line.
    """
    import os
    inner = [x for x in os.sep]
    def g():
        return a + inner
    return g
note("names", f.__code__.co_names, f.__code__.co_varnames, f.__code__.co_consts[:1], len(f.__code__.co_code))
note("more", f.__doc__, inspect.signature(f), inspect.getsource(f), f.__qualname__, f.__code__.co_firstlineno)
note("lines", *[str(list(f.__code__.co_lines()))])
def h(a):
    return [a, len(a)]
note("code", [item.opname for item in dis.get_instructions(h)], inspect.getclosurevars(h))
copy = types.FunctionType(h.__code__, {"len": lambda a: 9}, "copy")
note("copy", h([1]), copy([1]))
class A:
    def m(self):
        return super().__hash__
note("free", A.m.__code__.co_freevars, A.__dict__["m"].__code__.co_names)
''',
            shows="The docstring.",
        )

    def test_frames_and_tracebacks(self) -> None:
        self.same(
            """\
import traceback
def inner(x):
    if x:
        raise KeyError(x)
    return x

def outer(x):
    return inner(x)

class A:
    def method(self):
        return 1 / 0
for function in (lambda: outer(1), A().method):
    try:
        function()
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        note(type(error).__name__, last.name, last.lineno, last.line)
""",
            shows="raise KeyError(x)",
        )

    def test_code_that_looks_at_its_callers(self) -> None:
        self.same(
            """\
def early():
    return "early"
def wrapped(function):
    return function()
note("a", wrapped(early))
""",
            """\
import sys
from m0 import early, wrapped
def names():
    found, frame = [], sys._getframe(0)
    while frame is not None:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found[:found.index("<module>")]
def second():
    return names()
def grand():
    return sys._getframe(2).f_code.co_name
def child():
    return grand()
def parent():
    return child()
note("b", names(), second(), wrapped(second), parent(), early())
""",
            shows="['names', 'second', 'wrapped']",
        )

    def test_recursion(self) -> None:
        self.same(
            """\
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
class A:
    def depth(self, n):
        return 0 if n == 0 else 1 + self.depth(n - 1)
    @classmethod
    def of_class(cls, n):
        return 0 if n == 0 else 1 + cls.of_class(n - 1)
note("t", depth(600), A().depth(600), A.of_class(600))
""",
            shows="600",
        )

    def test_where_tables_are_created(self) -> None:
        self.same(
            """\
from absent import limit
def make(name):
    size = int(limit)
    return Table(name, metadata, Column("x", String(size)))
def make_both():
    make("a")
    return make("b")
make_both()
class Mixin:
    @classmethod
    def column(cls):
        return Column(String(len(limit.words)))
class T(Base):
    __tablename__ = "t"
    id = Column(Integer, primary_key=True)
    x = Mixin.column()
""",
            shows="line",
        )

    def test_functions_that_may_change_tables(self) -> None:
        self.same(
            """\
from sqlalchemy import event
from absent import engine
t = Table("t", metadata, Column("x", Integer))
def add():
    t.append_column(Column("y", Integer))
def not_called():
    return 1 / 0
def call():
    not_called()
    add()
call()
@event.listens_for(engine, "connect")
def connected(connection, record):
    t.append_column(Column("z", Integer))
@event.listens_for(t, "before_create")
def created(target, connection, **kw):
    connection.execute(DDL("CREATE VIEW v AS SELECT 1"))
""",
            shows="ZeroDivisionError",
        )

    def test_failures_of_a_module(self) -> None:
        self.same(
            """\
from __future__ import annotations
def before(x):
    return x + 1
bad = 1 / 0
class A(Base):
    __tablename__ = "a"
    id: int = Column(Integer, primary_key=True)
    wrong = nowhere
    def method(self):
        return super().__init__()
    x = Column(Integer, comment=str(before(1)))
worse = 1 / 0; after = 3
def last(x):
    return x * 2
note("t", before(1), last(2), before.__annotations__, last.__code__.co_names)
for i in range(3):
    if i == 1:
        bad()
    note(f"loop{i}", last(i))
""",
            shows="loop2",
        )

    def test_lambda_elements(self) -> None:
        self.same(
            """\
import sqlalchemy
x = 5
def statement():
    return sqlalchemy.select(sqlalchemy.column("a")).where(sqlalchemy.column("b") == x)
if hasattr(sqlalchemy, "lambda_stmt"):
    text = str(sqlalchemy.lambda_stmt(statement))
else:
    text = "none"
note("t", text)
""",
            shows="SELECT",
        )


if __name__ == "__main__":
    unittest.main()
