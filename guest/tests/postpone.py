"""What the host makes of a module for `belljar_guest.bodies`, for functions at its top and in its classes.

The host has its own conditions, which its own tests hold (`host/extract/discover/src/bodies`). This postpones whatever
can be.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def mirror(folder: Path, mount: Path) -> None:
    """Write what the host knows of every module of a folder to where the guest looks for it."""
    for path in sorted(folder.rglob("*.py")):
        place = Path(f"{mount}{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(postponed(path.read_text()))


def postponed(source: str) -> bytes:
    """The three parts: what is known, the functions, and the text."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return b""
    lines, functions, imports = source.split("\n"), [], set[str]()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names} - {"*"}
    for function, around in _functions(tree.body, []):
        body = function.body[int(ast.get_docstring(function) is not None) :]
        if body and body[0].lineno > function.lineno:
            first = min(node.lineno for node in (function, *function.decorator_list))
            functions.append([first, body[-1].end_lineno, function.name, around])
            _replace(lines, body, _call(function, in_class=any(place[2] for place in around)))
    parts: list[Any] = [{"shadowed": False, "prelude": _prelude(tree)}]
    parts += [{"imports": sorted(imports), "functions": functions}] if functions else []
    head = "".join(f"{json.dumps(part)}\n" for part in parts)
    return (head + ("\n".join(lines) if functions else "")).encode()


def _prelude(tree: ast.Module) -> int:
    """The last line of the imports, if nothing before them is annotated."""
    last = 0
    for statement in tree.body[:-1]:
        if isinstance(statement, ast.AnnAssign):
            break
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Try)):
            last = statement.end_lineno or 0
    return last


def _functions(body: list[ast.stmt], around: list[Any]) -> Iterator[tuple[_Function, list[Any]]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node, around
        elif isinstance(node, (ast.ClassDef, ast.If)):
            name = node.name if isinstance(node, ast.ClassDef) else None
            yield from _functions(node.body, [*around, [node.lineno, node.col_offset, name]])


def _call(function: _Function, *, in_class: bool) -> str:
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    given = function.args
    arguments = [item.arg for item in (*given.posonlyargs, *given.args)]
    arguments += [f"*{given.vararg.arg}"] if given.vararg else []
    arguments += [f"{item.arg}={item.arg}" for item in given.kwonlyargs]
    arguments += [f"**{given.kwarg.arg}"] if given.kwarg else []
    cell = "lambda: __class__" if in_class and names & {"super", "__class__"} else ""
    call = f"_belljar_body_({cell})({', '.join(arguments)})"
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function)):
        return f"return (yield from {call})"
    return f"return {'await ' if isinstance(function, ast.AsyncFunctionDef) else ''}{call}"


def _replace(lines: list[str], body: list[ast.stmt], call: str) -> None:
    first = min(node.lineno for node in (body[0], *getattr(body[0], "decorator_list", ()))) - 1
    last = body[-1].end_lineno or 0
    lines[first:last] = [" " * body[0].col_offset + call] + [""] * (last - first - 1)
