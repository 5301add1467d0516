"""Runs the function of a version file: after a failing statement, those behind it still run."""

import ast
import types
from collections.abc import Callable
from dataclasses import dataclass
from inspect import CO_GENERATOR, CO_OPTIMIZED
from types import CodeType, ModuleType, TracebackType
from typing import Any

from ..load.recovery import text_of
from ..stand_in.value import child_of

#: So many failures of one function are survived.
_PATIENCE = 50


@dataclass
class Failure:
    """A statement that failed: its lines, the error, and the statement."""

    path: str
    first: int
    last: int
    error: str
    message: str
    statement: ast.stmt | None


class Runner:
    """Runs the functions of one version file."""

    def __init__(self, module: ModuleType, filename: str, path: str, source: str) -> None:
        """Take the module, and its source."""
        self._module = module
        self._filename = filename
        self._path = path
        self._source = source
        self._tree: ast.Module | None = None
        self.failures: list[Failure] = []

    def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Call a function; what fails is noted, and the rest runs."""
        try:
            function(*args, **kwargs)
        except BaseException as error:
            self._resume(error)

    def _resume(self, error: BaseException) -> None:
        """Run what is left of the functions that a failure has left, innermost first."""
        levels = self._levels(error.__traceback__)
        if not levels or len(self.failures) >= _PATIENCE:
            self.failures.append(Failure(self._path, 0, 0, type(error).__name__, text_of(error), None))
            return
        for depth, (code, line, values) in enumerate(reversed(levels)):
            statement, rest = self._split(code, line)
            is_failure = depth == 0
            if is_failure:
                first = statement.lineno if statement is not None else line
                last = (statement.end_lineno or first) if statement is not None else line
                self.failures.append(
                    Failure(self._path, first, last, type(error).__name__, text_of(error), statement)
                )
            if statement is None or code.co_flags & CO_GENERATOR:
                continue
            for name in bound(statement):
                values.setdefault(name, child_of(self._module.__name__, name))
            self._run_rest(code, rest, values)

    def _levels(self, traceback: TracebackType | None) -> list[tuple[CodeType, int, dict[str, Any]]]:
        """The functions of the file in a traceback: code, line and variables, outermost first."""
        found = []
        while traceback is not None:
            frame = traceback.tb_frame
            code = frame.f_code
            if code.co_filename == self._filename and code.co_flags & CO_OPTIMIZED:
                found.append((code, traceback.tb_lineno, dict(frame.f_locals)))
            traceback = traceback.tb_next
        return found

    def _split(self, code: CodeType, line: int) -> tuple[ast.stmt | None, list[ast.stmt]]:
        """The statement of a function at a line, innermost, and all statements that would run after it."""
        if self._tree is None:
            try:
                self._tree = ast.parse(self._source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._tree = ast.Module([], [])
        function = next(
            (
                node
                for node in ast.walk(self._tree)
                if isinstance(node, ast.FunctionDef) and node.name == code.co_name and _begins(node, code)
            ),
            None,
        )
        return _split_block(function.body, line) if function is not None else (None, [])

    def _run_rest(self, code: CodeType, rest: list[ast.stmt], values: dict[str, Any]) -> None:
        """Run statements as a function with given variables."""
        if not rest:
            return
        names = [name for name in values if name.isidentifier()]
        arguments = ast.arguments(
            posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        made = ast.FunctionDef(code.co_name, arguments, rest, [])
        if hasattr(made, "type_params"):
            made.type_params = []
        ast.copy_location(made, rest[0])
        tree = ast.fix_missing_locations(ast.Module([made], []))
        namespace: dict[str, Any] = {}
        try:
            compiled = compile(tree, self._filename, "exec", dont_inherit=True)
            inner = next(it for it in compiled.co_consts if isinstance(it, CodeType))
            function = types.FunctionType(inner, vars(self._module), code.co_name)
            namespace.update({name: values[name] for name in names})
            function(**namespace)
        except BaseException as error:
            self._resume_in(error, code, rest)

    def _resume_in(self, error: BaseException, code: CodeType, rest: list[ast.stmt]) -> None:
        """Resume after a failure within the rest of a function."""
        levels = self._levels(error.__traceback__)
        if not levels or len(self.failures) >= _PATIENCE:
            first = rest[0].lineno
            self.failures.append(
                Failure(self._path, first, first, type(error).__name__, text_of(error), None)
            )
            return
        _, line, values = levels[0]
        if len(levels) > 1:  # in a function that this one calls
            inner, inner_line, inner_values = levels[-1]
            statement, more = self._split(inner, inner_line)
            self._note(statement, inner_line, error)
            if statement is not None:
                for name in bound(statement):
                    inner_values.setdefault(name, child_of(self._module.__name__, name))
                self._run_rest(inner, more, inner_values)
            failed, left = _split_block(rest, line)
        else:
            failed, left = _split_block(rest, line)
            self._note(failed, line, error)
        for name in bound(failed) if failed is not None else ():
            values.setdefault(name, child_of(self._module.__name__, name))
        self._run_rest(code, left, values)

    def _note(self, statement: ast.stmt | None, line: int, error: BaseException) -> None:
        first = statement.lineno if statement is not None else line
        last = (statement.end_lineno or first) if statement is not None else line
        self.failures.append(
            Failure(self._path, first, last, type(error).__name__, text_of(error), statement)
        )


def _begins(node: ast.FunctionDef, code: CodeType) -> bool:
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    return first <= code.co_firstlineno <= (node.end_lineno or node.lineno)


def _split_block(block: list[ast.stmt], line: int) -> tuple[ast.stmt | None, list[ast.stmt]]:
    """The statement at a line, and those that run after it; within a condition or a context the innermost one."""
    for index, statement in enumerate(block):
        if not statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            continue
        rest = block[index + 1 :]
        if isinstance(statement, ast.If):
            for inner in (statement.body, statement.orelse):
                failed, more = _split_block(inner, line)
                if failed is not None:
                    return failed, more + rest
        return statement, rest
    return None, []


def bound(statement: ast.stmt) -> list[str]:
    """The names that a statement binds."""
    found = [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        found.append(statement.name)
    return list(dict.fromkeys(found))
