"""What code for older Pythons means otherwise than the Python that runs it here.

* Until 3.14 an annotation was evaluated where it stands: `at: Mapped[time | None]` is about the module's `time`, though
  the class has a column of that name further down. Such annotations are evaluated there, and kept.
* From 3.9 to 3.12 a `classmethod` over a `property` was an attribute of the class.

A project that asks for a Python which does neither is left alone.
"""

import ast
import os
import re
from collections.abc import Iterator
from typing import Any

from ..stand_in import compat_modules

#: The function that keeps a value, and what names of kept ones begin with; both without leading double underscores,
#: which a class body would mangle.
KEEP, KEPT = "_belljar_keep_", "_belljar_annotation_"

_FUTURE = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)

#: An attribute with an annotation, and one that is bound: by an annotation with a value, a value, or a definition.
_ANNOTATED = re.compile(r"^[ \t]+\w+[ \t]*:[ \t]*([^=\n#]+)", re.MULTILINE)
_BOUND = re.compile(
    r"^[ \t]+(?:(?:async )?def[ \t]+|class[ \t]+)?(\w+)[ \t]*(?::[^=\n]+=|=(?!=)|\(|:$)", re.MULTILINE
)

_PROPERTY = re.compile(
    r"@classmethod\s*\n(?:\s*#[^\n]*\n)*\s*@(?!(?:static|class)method\b)[\w.]*(?:property|hybrid)"
)

_WORD = re.compile(r"[A-Za-z_]\w*")

#: The first Python that a project is for, as its files say it.
_LEAST = re.compile(
    r"(?:requires-python|python_requires|^python)\s*=\s*[^\n0-9]*?(?:>=|\^|~=|==|~)\s*3\.(\d+)", re.MULTILINE
)
_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d+)")

#: The Python that a project runs with, as the files say it that set it up.
_EXACT = {
    ".python-version": re.compile(r"^\s*(?:cpython-|python-)?3\.(\d+)", re.MULTILINE),
    ".tool-versions": re.compile(r"^python\s+3\.(\d+)", re.MULTILINE),
    "runtime.txt": re.compile(r"^python-3\.(\d+)", re.MULTILINE),
    "Pipfile": re.compile(r"^python_(?:full_)?version\s*=\s*[\"']3\.(\d+)", re.MULTILINE),
}
_CONDA = re.compile(r"^\s*-\s*python\s*={1,2}\s*3\.(\d+)", re.MULTILINE)
_IMAGE = re.compile(
    r"^\s*(?:FROM\s+(?:--\S+\s+)*(?:\S*/)?python:|ARG\s+PYTHON_VERSION=[\"']?)3\.(\d+)",
    re.MULTILINE | re.IGNORECASE,
)

#: From these minor versions on nothing is to be done.
_LAZY, _WITHOUT_CHAIN = 14, 13

_least = 0


def install(base: str, root: str) -> None:
    """Find out which Python the project is for; it may say so in its import root, and in folders around that."""
    global _least  # noqa: PLW0603  # said once, it holds for the run
    parts = [part for part in root.split("/") if part]
    folders = ("/".join([base, *parts[:count]]) for count in range(len(parts), -1, -1))
    _least = next((found for folder in folders if (found := _asked(folder)) is not None), 0)
    compat_modules.withdraw(_least)


def _asked(folder: str) -> int | None:
    """The minor version of the Python 3 that a folder's files set up, else of the first that they admit."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return None
    for name in names:
        found = _EXACT[name].search(_read(f"{folder}/{name}")) if name in _EXACT else None
        if found is None and "environment" in name and name.endswith((".yml", ".yaml")):
            found = _CONDA.search(_read(f"{folder}/{name}"))
        if found is not None:
            return int(found.group(1))
    images = [name for name in names if "dockerfile" in name.lower() or "containerfile" in name.lower()]
    versions = [int(minor) for name in images for minor in _IMAGE.findall(_read(f"{folder}/{name}"))]
    if versions:
        return min(versions)
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        text = _read(f"{folder}/{name}")
        least = _LEAST.search(text)
        if least is not None:
            return int(least.group(1))
        versions += map(int, _CLASSIFIER.findall(text))
    return min(versions, default=None)


def _read(path: str) -> str:
    if not os.path.isfile(path):
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1_000_000)
    except OSError:
        return ""


def may_need(source: str) -> bool:
    """Whether an annotation in a class may be about a name that the class binds too."""
    if _least >= _LAZY or _FUTURE.search(source):
        return False
    words = {word for text in _ANNOTATED.findall(source) for word in _WORD.findall(text)}
    return bool(words) and not words.isdisjoint(_BOUND.findall(source))


def prepare(source: str, namespace: dict[str, Any]) -> None:
    """Give a module what its code needs of an older Python."""
    namespace[KEEP] = namespace.__setitem__
    if _least < _WITHOUT_CHAIN and _PROPERTY.search(source):
        namespace["classmethod"] = _ClassMethod


class _ClassMethod(classmethod):  # type: ignore[type-arg]
    """A class method that asks a property for its value, as it did up to 3.12."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        function: Any = self.__func__
        if isinstance(function, property) or type(function).__name__.endswith("property"):
            return function.__get__(owner if owner is not None else type(instance))
        return super().__get__(instance, owner)


def evaluate(tree: ast.Module) -> ast.Module:
    """Have annotations evaluated where they stand that are about a name which their class binds later."""
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            body: list[ast.stmt] = []
            for index, statement in enumerate(node.body):
                if isinstance(statement, ast.AnnAssign) and _is_shadowed(statement, node.body[index + 1 :]):
                    count += 1
                    body.append(_kept(statement, f"{KEPT}{count}"))
                body.append(statement)
            node.body = body
    return tree


def _is_shadowed(statement: ast.AnnAssign, later: list[ast.stmt]) -> bool:
    names = {node.id for node in ast.walk(statement.annotation) if isinstance(node, ast.Name)}
    return any(name in names for item in later for name in _binds(item))


def _binds(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of a class body binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None and isinstance(statement.target, ast.Name):
            yield statement.target.id
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.alias):
                yield (node.asname or node.name).partition(".")[0]


def _kept(statement: ast.AnnAssign, name: str) -> ast.stmt:
    """The statement that keeps what an annotation is here; the annotation becomes the name of that."""
    annotation = statement.annotation

    def here(node: Any) -> Any:
        return ast.copy_location(node, annotation)

    call = here(ast.Call(here(ast.Name(KEEP, ast.Load())), [here(ast.Constant(name)), annotation], []))
    statement.annotation = here(ast.Name(name, ast.Load()))
    return here(ast.Expr(call))  # type: ignore[no-any-return]
