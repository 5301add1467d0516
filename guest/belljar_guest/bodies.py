"""Bodies of functions that are compiled when they are called.

Most functions of a module are not called while it is imported, and compiling them is most of the work of an import. The
host, which parses faster, provides the text of a module in which such a body is one call of `_belljar_body_`, with all
other text where it was (`host/extract/discover/src/bodies.rs`). When it is called, the function alone is compiled, in
the statements around it, so that its code is the one that the whole module would have given.

The frame of the postponed body lies between those of the caller and of the true body. `Places` skips it. Before a
module runs that looks further up than at its caller, every function gets its true code, and nothing more is postponed.
Modules often import such a module at their beginning, so those statements are compiled apart from the rest.

Python announces that the code of a function is read (`object.__getattr__` is an audit event for `__code__`). Before the
reader gets it, the function gets its true code, so that nobody sees another one.
"""

import ast
import builtins
import contextlib
import gc
import json
import re
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from types import CodeType, FunctionType
from typing import Any, NamedTuple

#: The function that a postponed body calls, which is the only name in its code.
CALL = "_belljar_body_"
_NAMES = (CALL,)

#: Flags of `from __future__` in the code of a module.
_FUTURE = 0x1FF0000

#: Text that looks at frames beyond the caller's, or at those of others. Each alternative contains one of the words.
_WALKS = re.compile(
    r"\bf_back\b|\b_getframe(?:modulename)?\b(?!\s*\(\s*[01]?\s*\))|\bget(?:inner|outer)frames\b"
    r"|\bstack\((?:context\s*=\s*)?\d*\)|\binspect\s+import\b.*\bstack\b|\b(?:walk|extract|print|format)_stack\b"
    r"|\b(?:walk|extract)_tb\b|\btb_(?:next|frame)\b|\b(?:gi|cr)_(?:code|frame|yieldfrom|await)\b"
)
_WORDS = ("f_back", "_getframe", "frames", "stack", "_tb", "tb_", "gi_", "cr_")

#: After so many calls of a function whose name does not lead to it, all functions are searched for it.
_PATIENCE = 32

#: The modules with postponed bodies, by file name.
_modules: "dict[str, _Module]" = {}


#: The first line of a function, and the identities of its global names and of the cell of its class.
_Key = tuple[int, int, int]


class _Module:
    """A module with postponed bodies."""

    #: Where the host provides texts without bodies.
    mount: str | None = None
    #: Nothing more is postponed.
    is_stopped = False

    def __init__(self, source: str, filename: str, known: "Facts", flags: int) -> None:
        self.source = source
        self.filename = filename
        self.flags = flags
        #: The source without the postponed bodies.
        self.text = known.text.decode()
        self.prelude = known.prelude
        #: What changes the trees of code that is compiled after a statement of the module has failed.
        self.change: Callable[[ast.Module], object] | None = None
        self._table = known.table
        self._functions: dict[int, Any] = {}
        self._imports: list[str] = []
        self._lines: list[str] = []
        self._codes: dict[int, CodeType] = {}
        #: The functions with true bodies, and how often postponed ones have called them.
        self.made: dict[_Key, FunctionType] = {}
        self.calls: dict[_Key, int] = {}

    def code(self, first: int) -> CodeType:
        """The code of the function that begins on a line, compiled when it is first needed."""
        if first not in self._codes:
            self._codes[first] = self._compile(first)
        return self._codes[first]

    def is_compiled(self, first: int) -> bool:
        """Whether the code of the function that begins on a line has been needed."""
        return first in self._codes

    def _compile(self, first: int) -> CodeType:
        if not self._functions:
            table = json.loads(self._table)
            self._functions = {function[0]: function for function in table["functions"]}
            self._imports = table["imports"]
            self._lines = self.source.split("\n")
        _, last, name, around = self._functions[first]
        text: list[str] = []
        line = 1
        for place, indentation, owner in around:
            text.append("\n" * (place - line) + self._lines[place - 1][:indentation])
            text.append(f"class {owner}:" if owner else "if 1:")
            line = place
        own = "\n".join(self._lines[first - 1 : last])
        text += "\n" * (first - line), own
        # Whether a name is imported decides how a call of its attribute is compiled.
        imports = [name for name in self._imports if name in own]
        text.append(f"\nimport {', '.join(imports)}\n" if imports else "\n")
        given: Any = "".join(text)
        if self.change is not None:
            given = ast.parse(given)
            self.change(given)
        whole = compile(given, self.filename, "exec", flags=self.flags, dont_inherit=True)
        return next(code for code in _inner(whole) if code.co_firstlineno == first and code.co_name == name)


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield constant
            yield from _inner(constant)


def install() -> None:
    """Provide the function that postponed bodies call; called when the snapshot is made."""
    setattr(builtins, CALL, _body)


def start(mount: str | None) -> None:
    """Begin to postpone bodies, if the host provides texts without them below a place."""
    _Module.mount = mount
    if mount is not None:
        sys.addaudithook(_note_audit_event)


class Facts(NamedTuple):
    """What the host knows of a module."""

    #: A class annotates an attribute with a name that it binds below.
    shadowed: bool
    #: The last line of the statements that import, if the module can be compiled in two parts there; 0 if it has none.
    prelude: int
    #: The functions whose bodies are postponed, as JSON, and the text without them; empty if there are none.
    table: bytes
    text: bytes


def facts(filename: str) -> Facts | None:
    """What the host knows of a module; `None` if nothing."""
    if _Module.mount is None:
        return None
    with contextlib.suppress(OSError), FileIO(_Module.mount + filename) as file:
        first, _, rest = file.readall().partition(b"\n")
        if first:
            table, _, text = rest.partition(b"\n")
            return Facts(**json.loads(first), table=table, text=text)
    return None


def compile_module(source: str, filename: str, known: Facts | None) -> tuple[CodeType, CodeType | None]:
    """Compile a module without its postponed bodies, in one part or two; raises what compiling the whole would."""
    if known is None or not known.text or _Module.is_stopped:
        return compile(source, filename, "exec", dont_inherit=True), None
    text = known.text.decode()
    rest: CodeType | None = None
    if known.prelude:
        lines = text.split("\n")
        first = compile("\n".join(lines[: known.prelude]) + "\n", filename, "exec", dont_inherit=True)
        rest = _compile_rest(lines, known.prelude, filename, first.co_flags & _FUTURE)
    else:
        first = compile(text, filename, "exec", dont_inherit=True)
    _modules[filename] = _Module(source, filename, known, first.co_flags & _FUTURE)
    return first, rest


def rest_of(filename: str, rest: CodeType) -> CodeType:
    """The second part of a module whose first part has run: nothing of it is postponed any more if that ended."""
    module = _modules[filename]
    if not _Module.is_stopped:
        return rest
    return _compile_rest(module.source.split("\n"), module.prelude, filename, module.flags)


def _compile_rest(lines: list[str], prelude: int, filename: str, flags: int) -> CodeType:
    # After a statement, a string is no docstring.
    text = "\n" * (prelude - 1) + "pass\n" + "\n".join(lines[prelude:])
    code: CodeType = compile(text, filename, "exec", flags=flags, dont_inherit=True)
    return code


def shortened(filename: str, change: Callable[[ast.Module], object]) -> str | None:
    """The text of a module without its postponed bodies; `None` if it was compiled as a whole.

    From now on, `change` is applied to the trees of postponed bodies.
    """
    module = _modules.get(filename)
    if module is None or _Module.is_stopped:
        return None
    module.change = change
    return module.text


def is_postponed(code: CodeType) -> bool:
    """Whether code stands for a postponed body."""
    return code.co_names == _NAMES and code.co_filename in _modules


def prepare_module(source: str) -> None:
    """Give every function its true code before a module runs that may see the frames of postponed bodies."""
    if not _Module.is_stopped and any(word in source for word in _WORDS) and _WALKS.search(source):
        _Module.is_stopped = True
        _complete_all()


def _complete_all() -> None:
    """Give all functions their true code; if more can be postponed, only those whose code is compiled."""
    for item in gc.get_objects() if _modules else ():
        if type(item) is FunctionType:
            _complete(item, only_compiled=not _Module.is_stopped)


def _complete(function: FunctionType, *, only_compiled: bool = False) -> None:
    """Give a function its true code."""
    code = gc.get_referents(function)[0]  # what reading it would return, without an event
    if type(code) is CodeType and is_postponed(code):
        module = _modules[code.co_filename]
        if not only_compiled or module.is_compiled(code.co_firstlineno):
            function.__code__ = module.code(code.co_firstlineno)


def _note_audit_event(event: str, args: tuple[Any, ...]) -> None:
    """Give a function its true code before anything reads it."""
    if event == "object.__getattr__" and args[1] == "__code__" and type(args[0]) is FunctionType:
        _complete(args[0])


def _body(of_class: FunctionType | None = None) -> FunctionType:
    """The function with the true body, for the postponed one that calls this.

    A method that refers to its class passes a function that does so too.
    """
    frame = sys._getframe(1)
    code, names = frame.f_code, frame.f_globals
    cells = of_class.__closure__ if of_class is not None else None
    module, key = _modules[code.co_filename], (code.co_firstlineno, id(names), id(cells and cells[0]))
    made = module.made.get(key)
    if made is None:
        true = module.code(code.co_firstlineno)
        made = module.made[key] = FunctionType(true, names, closure=cells)
        _complete_named(code, names)
    module.calls[key] = calls = module.calls.get(key, 0) + 1
    if calls == _PATIENCE or _Module.is_stopped:
        _complete_all()
    return made


def _complete_named(code: CodeType, names: dict[str, Any]) -> None:
    """Give a function that is called its true code, if its name leads to it: further calls need no frame in between."""
    found: Any = names
    for part in code.co_qualname.split("."):
        value = found.get(part)
        kind = type(value)  # avoids the `__class__` of a proxy
        if issubclass(kind, type):
            found = type.__dict__["__dict__"].__get__(value)
    if kind in (staticmethod, classmethod):
        value = value.__func__
    if type(value) is FunctionType and gc.get_referents(value)[0] is code:
        _complete(value)
