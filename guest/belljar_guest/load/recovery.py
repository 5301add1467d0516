"""Runs a module to its end: a failing statement is reported and skipped.

A module first runs as a whole, at full speed. When an exception reaches its top level, the failing statement is found
by the line in the traceback, its names get stand-ins, and the statements after it run. A statement in the body of a
class is skipped alone, and the class is created without it.

For each failure there is a sequence of repairs, from the one that loses least: run the statement again with an empty
settings file that it looked for, create the class without a failing part, replace the failing expression with a
stand-in, and at last skip the statement.
"""

import ast
import gc
import re
from operator import is_not
from types import CodeType, ModuleType, TracebackType

from .. import bodies, frames
from ..channel import Channel
from ..stand_in import ledger
from ..stand_in.value import EndlessError, child_of
from . import (
    expression_repair,
    loop_resume,
    lost_effects,
    metaclass_calls,
    older_python,
    settings_files,
    star_imports,
)

#: The longest text of an exception that is reported.
_LONGEST_TEXT = 500

#: A class is created again this many times, plus once for each statement of its body.
_ATTEMPTS = 20

#: After so many failures in a class body, an undefined name gets a stand-in in the whole module.
_MANY = 8


def text_of(error: BaseException) -> str:
    """The text of an exception, limited in length; never fails."""
    try:
        text = str(error)
    except BaseException:  # the repository's own `__str__`
        text = "(its `__str__` failed)"
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def run(source: str, filename: str, module: ModuleType, channel: Channel, path: str) -> None:
    """Run the source of a module in its namespace; raises only if nothing of it can be compiled."""
    recovery = Recovery(source, filename, module, channel, path)
    known = bodies.facts(filename)
    recovery.shadowed = known.shadowed if known is not None else None
    if metaclass_calls.may_need_marks(source) or older_python.may_need(source, shadowed=recovery.shadowed):
        recovery.run(recovery.parse_tree().body)
        return
    try:
        code, rest = bodies.compile_module(source, filename, known)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        recovery.run(recovery.parse_tree().body)
        return
    try:
        exec(code, module.__dict__)
        if rest is not None:
            code = bodies.rest_of(filename, rest)
            exec(code, module.__dict__)
    except BaseException as error:
        recovery.run(recovery.handle_failure(recovery.parse_tree().body, code, error))


def _parse(lines: list[str], filename: str, channel: Channel, path: str, module: ModuleType) -> ast.Module:
    """Parse the lines of the source; those of a block with a syntax error are blanked until the rest parses."""
    first: SyntaxError | None = None
    for _ in range(5):
        try:
            tree = ast.parse("\n".join(lines), filename)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if not isinstance(error, SyntaxError) or not error.lineno:
                raise
            first = first or error
            cut = _broken_block(lines, error.lineno)
            if cut is None:
                raise first from None
            start, end = cut
            channel.send(
                frames.StatementSkipped(
                    module.__name__, path, start + 1, end, [], "SyntaxError", text_of(error)
                )
            )
            lines[start:end] = [""] * (end - start)
        else:
            return tree
    raise first or SyntaxError("too many statements with syntax errors")


def _broken_block(lines: list[str], lineno: int) -> tuple[int, int] | None:
    """The lines of the top-level block around a syntax error, as a half-open range."""
    start = min(lineno, len(lines)) - 1
    while start > 0 and (not lines[start].strip() or lines[start][0] in " \t)]}#"):
        start -= 1
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t)]}"):
        end += 1
    return (start, end) if any(line.strip() for line in lines[start:end]) else None


class Recovery:
    """The recovery of one module."""

    def __init__(self, source: str, filename: str, module: ModuleType, channel: Channel, path: str) -> None:
        """Take the module, and the channel for reports."""
        self.source = source
        self.filename = filename
        self.module = module
        self.channel = channel
        self.path = path
        #: The statements and the lines of the module, if its tree is as it was parsed.
        self._body: list[ast.stmt] = []
        self._lines: list[str] = []
        #: Where each of these statements is in the module.
        self._places: dict[int, int] = {}
        #: Whether a class annotates an attribute with a name that it binds below, if the host knows that.
        self.shadowed: bool | None = None
        self._failed_iterations: dict[tuple[int, int], int] = {}
        self._reported: set[tuple[int, str, str]] = set()

    def parse_tree(self) -> ast.Module:
        """The syntax tree, created only on demand, as most modules run without a failure.

        Bodies that were postponed when the module was compiled stay so.
        """
        source = bodies.shortened(self.filename, metaclass_calls.mark_calls) or self.source
        lines = source.split("\n")
        tree = _parse(lines, self.filename, self.channel, self.path, self.module)
        is_changed = older_python.may_need(self.source, shadowed=self.shadowed)
        if is_changed:
            tree = older_python.evaluate_annotations(tree)
        if not metaclass_calls.mark_calls(tree) and not is_changed:
            self._body, self._lines = list(tree.body), lines
            self._places = {id(statement): place for place, statement in enumerate(self._body)}
        return tree

    def run(self, block: list[ast.stmt]) -> None:
        """Run statements, skipping those that fail.

        After a failure few statements are compiled at first, then more and more, so that many failures do not compile
        the end of the module many times.
        """
        count = len(block)
        while block:
            part = block[:count]
            code: CodeType | None = None
            try:
                code = self._compile(part)
                exec(code, self.module.__dict__)
            except BaseException as error:
                block = self.handle_failure(part, code, error) + block[count:]
                count = 1
            else:
                self._remember_future(part)
                block = block[count:]
                count *= 2
        for name in [name for name in self.module.__dict__ if loop_resume.is_hidden(name)]:
            del self.module.__dict__[name]

    def _compile(self, block: list[ast.stmt]) -> CodeType:
        flags = self._future_flags
        given = self._text_of(block) or ast.Module(self._after_others(block), [])
        code: CodeType = compile(given, self.filename, "exec", flags=flags, dont_inherit=True)
        return code

    def _text_of(self, block: list[ast.stmt]) -> str | None:
        """The text of statements of a module, which is faster to compile than their tree.

        `None` if they are others, or were changed, or are not alone in their lines.
        """
        start = self._places.get(id(block[0]), 0)
        end = start + len(block)
        if start == 0 or any(map(is_not, self._body[start:end], block)) or end > len(self._body):
            return None
        first, last = _first_line(block[0]), _last_line(block[-1])
        if _last_line(self._body[start - 1]) >= first:
            return None
        if end < len(self._body) and _first_line(self._body[end]) <= last:
            return None
        # After a statement, a string is no docstring.
        return "\n" * (first - 2) + "pass\n" + "\n".join(self._lines[first - 1 : last])

    def _after_others(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """The statements, where a string at the beginning is no docstring if others ran before."""
        return [ast.copy_location(ast.Pass(), block[0]), *block] if self._has_failed else block

    _has_failed = False
    _future_flags = 0
    _is_endless = False

    def handle_failure(
        self, block: list[ast.stmt], code: CodeType | None, error: BaseException
    ) -> list[ast.stmt]:
        """The statements to run after a failure: those after the failing one, or first its repaired form."""
        self._has_failed = True
        # An endless loop within a function ends only the call: the top-level statement fails like any other.
        self._is_endless = isinstance(error, EndlessError) and _innermost_code(error, self.filename) is code
        failed, rest = self._split_at_line(block, _line_in(error.__traceback__, code))
        if failed is None:
            failed, rest = block[0], block[1:]
        self._remember_future(block)
        if settings_files.grant_missed():
            return [failed, *rest]
        if isinstance(failed, ast.ClassDef):
            if self._retry_class(failed, error):
                return rest
            made = _made_class(self.module.__name__, failed.name)
            if made is not None and (failed.decorator_list or "__mapper__" in made.__dict__):
                # The class exists; a decorator, a metaclass or `__init_subclass__` failed on it.
                self.module.__dict__[failed.name] = made
                self._report(failed, [], error)
                return rest
        culprit = (
            expression_repair.find_failed_expression(failed, error.__traceback__, code) if code else None
        )
        if culprit is not None and isinstance(error, Exception):
            self._report(culprit, [], error, around=failed)
            return [expression_repair.repair(failed, culprit, self.module.__name__), *rest]
        self._skip(failed, error)
        return rest

    def _split_at_line(self, block: list[ast.stmt], line: int) -> tuple[ast.stmt | None, list[ast.stmt]]:
        """The innermost statement at a line, and the statements after it, including further iterations of loops."""
        for index, statement in enumerate(block):
            if not _first_line(statement) <= line <= (statement.end_lineno or statement.lineno):
                continue
            rest = block[index + 1 :]
            if not isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                for inner in _blocks(statement):
                    failed, more = self._split_at_line(inner, line)
                    if failed is not None:
                        if isinstance(statement, (ast.For, ast.While)) and inner is statement.body:
                            # A loop that only a stand-in keeps alive is not resumed, but an enclosing loop is.
                            more = [] if self._is_endless else self._resume_loop(statement, more)
                            self._is_endless = False
                        return failed, more + rest
            return statement, rest
        return None, []

    def _resume_loop(self, loop: ast.For | ast.While, more: list[ast.stmt]) -> list[ast.stmt]:
        place = (loop.lineno, loop.col_offset)
        self._failed_iterations[place] = self._failed_iterations.get(place, 0) + 1
        if self._failed_iterations[place] > loop_resume.PATIENCE:
            return loop_resume.run_once(loop, more, [])
        return loop_resume.remaining_statements(loop, more, self._evaluate, self.module.__dict__.__setitem__)

    def _evaluate(self, expression: ast.expr) -> object:
        code = compile(ast.Expression(expression), self.filename, "eval", dont_inherit=True)
        return eval(code, self.module.__dict__)  # noqa: S307  # the repository's own code

    def _remember_future(self, block: list[ast.stmt]) -> None:
        """Remember the features of `from __future__`, which apply to statements that are compiled later."""
        import __future__

        for statement in block:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    feature = getattr(__future__, alias.name, None)
                    self._future_flags |= feature.compiler_flag if feature else 0

    def _skip(self, statement: ast.stmt, error: BaseException) -> None:
        """Report a statement, and bind stand-ins to its names."""
        missing = []
        for name, origin in self._bound_names(statement):
            if name not in self.module.__dict__:
                missing.append(name)
                self.module.__dict__[name] = child_of(*_split(origin))
        self._report(statement, missing, error)

    def _report(
        self,
        statement: ast.stmt | ast.expr,
        names: list[str],
        error: BaseException,
        *,
        around: ast.stmt | None = None,
        in_class: bool = False,
    ) -> None:
        """Report a statement or a part of it. What a part of a loop works on is named by `around` as a whole."""
        line, end = statement.lineno, statement.end_lineno or statement.lineno
        key = (line, type(error).__name__, text_of(error))
        if key in self._reported:
            return  # the same failure in another iteration
        self._reported.add(key)
        text = f"{type(error).__name__}: {text_of(error)}"
        whole = around if around is not None and lost_effects.is_loop(around) else statement
        left = lost_effects.describe_failure(self.path, whole, text, self.module.__dict__, in_class=in_class)
        ledger.current().failed_statements += [left] if left else []
        self.channel.send(
            frames.StatementSkipped(
                self.module.__name__, self.path, line, end, names, type(error).__name__, text_of(error)
            )
        )

    def _bound_names(self, statement: ast.stmt) -> list[tuple[str, str]]:
        """The names that a statement binds, with the origins of their stand-ins; importable names are bound."""
        if isinstance(statement, ast.ImportFrom):
            return self._import_from(statement)
        here = self.module.__name__
        names: list[str] = []
        for node in _same_scope(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.append(node.id)
            elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                names.append(node.name)
            elif isinstance(node, ast.alias):
                names.append((node.asname or node.name).partition(".")[0])
        return [(name, f"{here}.{name}") for name in dict.fromkeys(names)]

    def _import_from(self, statement: ast.ImportFrom) -> list[tuple[str, str]]:
        """Import the names of a failed `from x import a, b` one by one; returns those that fail."""
        package = "." * statement.level + (statement.module or "")
        missing = []
        for alias in statement.names:
            if alias.name == "*":
                continue
            single = ast.ImportFrom(statement.module, [alias], statement.level)
            ast.copy_location(single, statement)
            try:
                exec(self._compile([single]), self.module.__dict__)
            except BaseException:
                missing.append(
                    (
                        alias.asname or alias.name,
                        f"{star_imports.absolute_name(package, self.module)}.{alias.name}",
                    )
                )
        return missing

    def _retry_class(self, statement: ast.ClassDef, error: BaseException) -> bool:
        """Create the class without the failing parts of its body; false if the failure is elsewhere.

        The class statement runs again after each failure, as a class body can't be resumed: its namespace is gone. Each
        failing part is replaced in a copy of the syntax tree.
        """
        body = list(statement.body)
        current: BaseException = error
        for attempt in range(_ATTEMPTS + len(body)):
            code = _class_code(current.__traceback__, self.filename, statement)
            failed = _innermost(body, _line_in(current.__traceback__, code)) if code else None
            named_in_error = _statement_in_error(body, text_of(current)) if failed is None else None
            if failed is None and named_in_error is None:
                return False
            # What is replaced is the whole top-level statement of the body, as blocks inside may depend on one another.
            if failed is None or attempt < _MANY or not self._stand_in_for_name(failed, current):
                top = next(
                    item
                    for item in body
                    if item is named_in_error or any(node is failed for node in ast.walk(item))
                )
                body[body.index(top)] = self._replacement(statement, top, failed, code, current)
            twin = ast.ClassDef(**{**dict(ast.iter_fields(statement)), "body": body})
            ast.copy_location(twin, statement)
            try:
                exec(self._compile([twin]), self.module.__dict__)
            except BaseException as again:
                current = again
            else:
                return True
        return False

    def _stand_in_for_name(self, failed: ast.stmt, error: BaseException) -> bool:
        """Bind a stand-in to an undefined name in the module; false if that is not what failed.

        A generated class may use it in hundreds of statements, and would be created again for each of them.
        """
        name = error.name if isinstance(error, NameError) else None
        if not name or name in self.module.__dict__:
            return False
        self._report(failed, [name], error, in_class=True)
        self.module.__dict__[name] = child_of(self.module.__name__, name)
        return True

    def _replacement(
        self,
        statement: ast.ClassDef,
        top: ast.stmt,
        failed: ast.stmt | None,
        code: CodeType | None,
        error: BaseException,
    ) -> ast.stmt:
        """The replacement for a statement of a class body: its repaired form, or stand-ins for its names."""
        owner = f"{self.module.__name__}.{statement.name}"
        if failed is top and code is not None and isinstance(error, Exception):
            culprit = expression_repair.find_failed_expression(failed, error.__traceback__, code)
            if culprit is not None:
                self._report(culprit, [], error)
                return expression_repair.repair(failed, culprit, owner)
        names = [name for name, _ in self._bound_names(top)] if failed is not None else []
        self._report(top, names, error, in_class=True)
        return _stand_in_assignment(top, names, owner)


def _stand_in_assignment(statement: ast.stmt, names: list[str], owner: str) -> ast.stmt:
    """An assignment `name = <stand-in>` for each name, in place of a statement of a class body."""
    lines = [f"{name} = {metaclass_calls.CHILD}({owner!r}, {name!r})" for name in names] or ["pass"]
    block = ast.parse("if 1:\n " + "\n ".join(lines)).body[0]
    for node in ast.walk(block):
        ast.copy_location(node, statement)
    return block


def _statement_in_error(body: list[ast.stmt], text: str) -> ast.stmt | None:
    """The assignment to `__table_args__` or the like that SQLAlchemy's error about a class mentions."""
    named = set(re.findall(r"__\w+_args__", text))
    assigned = [item for item in body if isinstance(item, (ast.Assign, ast.AnnAssign))]
    return next(
        (item for item in assigned if named & {getattr(node, "id", "") for node in ast.walk(item)}), None
    )


def _line_in(traceback: TracebackType | None, code: CodeType | None) -> int:
    """The line of the innermost frame with this code in a traceback; 0 if there is none."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code is code:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _innermost_code(error: BaseException, filename: str) -> CodeType | None:
    """The innermost code of a file in a traceback."""
    found, traceback = None, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            found = traceback.tb_frame.f_code
        traceback = traceback.tb_next
    return found


def _class_code(traceback: TracebackType | None, filename: str, statement: ast.ClassDef) -> CodeType | None:
    """The code of the class body in a traceback, if there is one."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == filename and code.co_name == statement.name and "__module__" in code.co_names:
            return code
        traceback = traceback.tb_next
    return None


def _first_line(statement: ast.stmt) -> int:
    above: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(item.lineno for item in above)])


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _innermost(block: list[ast.stmt], line: int) -> ast.stmt | None:
    """The innermost statement at a line."""
    for statement in block:
        if _first_line(statement) <= line <= (statement.end_lineno or statement.lineno):
            if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                return statement
            inner = [found for part in _blocks(statement) if (found := _innermost(part, line)) is not None]
            return inner[0] if inner else statement
    return None


def _made_class(module: str, name: str) -> type | None:
    """A class whose decorator failed: it exists, but is not bound to a name."""
    found = [
        item
        for item in gc.get_objects()
        if issubclass(type(item), type)
        and type.__getattribute__(item, "__module__") == module
        and type.__getattribute__(item, "__qualname__") == name
    ]
    return found[-1] if found else None


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of a compound statement."""
    found = [
        getattr(statement, name) for name in ("body", "orelse", "finalbody") if getattr(statement, name, None)
    ]
    found += [handler.body for handler in getattr(statement, "handlers", [])]
    found += [case.body for case in getattr(statement, "cases", [])]
    return found


def _same_scope(node: ast.AST) -> list[ast.AST]:
    """A node and its descendants in the same scope."""
    found = [node]
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return found
    for child in ast.iter_child_nodes(node):
        found += _same_scope(child)
    return found


def _split(origin: str) -> tuple[str, str]:
    head, _, tail = origin.rpartition(".")
    return head, tail
