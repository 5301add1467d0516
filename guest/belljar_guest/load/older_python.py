"""Differences between older Pythons and the one that runs the guest.

* Before 3.14 an annotation was evaluated where it stands: `at: Mapped[time | None]` refers to the module's `time`,
  even if the class defines a column of that name below. Such annotations are evaluated there and stored.
* From 3.9 to 3.12 a `classmethod` around a `property` was an attribute of the class.

A project that requires a newer Python is not affected.
"""

import ast
import os
import re
from collections.abc import Iterator
from typing import Any

from ..stand_in import compat_modules

#: The function that stores an annotation, and the prefix of stored names; without leading double underscores, which a
#: class body would mangle.
KEEP, KEPT = "_belljar_keep_", "_belljar_annotation_"

_FUTURE = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)

#: An annotated attribute, and one that is bound: by an annotated assignment, an assignment, or a definition.
_ANNOTATED = re.compile(r"^[ \t]+\w+[ \t]*:[ \t]*([^=\n#]+)", re.MULTILINE)
_BOUND = re.compile(
    r"^[ \t]+(?:(?:async )?def[ \t]+|class[ \t]+)?(\w+)[ \t]*(?::[^=\n]+=|=(?!=)|\(|:$)", re.MULTILINE
)

_PROPERTY = re.compile(
    r"@classmethod\s*\n(?:\s*#[^\n]*\n)*\s*@(?!(?:static|class)method\b)[\w.]*(?:property|hybrid)"
)

_WORD = re.compile(r"[A-Za-z_]\w*")

#: The lowest Python version that a project declares.
_LEAST = re.compile(
    r"(?:requires-python|python_requires|^python)\s*=\s*[^\n0-9]*?(?:>=|\^|~=|==|~)\s*3\.(\d+)", re.MULTILINE
)
_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d+)")

#: The Python version in files that set up an environment.
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

#: The minor versions since which the adaptations are unnecessary.
_LAZY, _WITHOUT_CHAIN = 14, 13

_least = 0


def install(base: str, root: str) -> None:
    """Determine the project's Python version from its import root and the folders above."""
    global _least  # noqa: PLW0603  # set once, it holds for the run
    parts = [part for part in root.split("/") if part]
    folders = ("/".join([base, *parts[:count]]) for count in range(len(parts), -1, -1))
    _least = next((found for folder in folders if (found := _python_of(folder)) is not None), 0)
    compat_modules.withdraw(_least)


def _python_of(folder: str) -> int | None:
    """The minor version in a folder's files: of an environment, else the lowest declared one."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return None
    for name in names:
        found = _EXACT[name].search(_read_text(f"{folder}/{name}")) if name in _EXACT else None
        if found is None and "environment" in name and name.endswith((".yml", ".yaml")):
            found = _CONDA.search(_read_text(f"{folder}/{name}"))
        if found is not None:
            return int(found.group(1))
    images = [name for name in names if "dockerfile" in name.lower() or "containerfile" in name.lower()]
    versions = [int(minor) for name in images for minor in _IMAGE.findall(_read_text(f"{folder}/{name}"))]
    if versions:
        return min(versions)
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        text = _read_text(f"{folder}/{name}")
        least = _LEAST.search(text)
        if least is not None:
            return int(least.group(1))
        versions += map(int, _CLASSIFIER.findall(text))
    return min(versions, default=None)


def _read_text(path: str) -> str:
    if not os.path.isfile(path):
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1_000_000)
    except OSError:
        return ""


def may_need(source: str, *, shadowed: bool | None = None) -> bool:
    """Whether an annotation in a class may use a name that the class also binds; `shadowed` if the host knows it."""
    if _least >= _LAZY or shadowed is False or _FUTURE.search(source):
        return False
    if shadowed is not None:
        return True
    words = {word for text in _ANNOTATED.findall(source) for word in _WORD.findall(text)}
    return bool(words) and not words.isdisjoint(_BOUND.findall(source))


def prepare_module(source: str, namespace: dict[str, Any]) -> None:
    """Prepare the namespace of a module for code of an older Python."""
    namespace[KEEP] = namespace.__setitem__
    if _least < _WITHOUT_CHAIN and _PROPERTY.search(source):
        namespace["classmethod"] = _ClassMethod


class _ClassMethod(classmethod):  # type: ignore[type-arg]
    """A class method that evaluates a property, as it did up to 3.12."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        function: Any = self.__func__
        if isinstance(function, property) or type(function).__name__.endswith("property"):
            return function.__get__(owner if owner is not None else type(instance))
        return super().__get__(instance, owner)


def evaluate_annotations(tree: ast.Module) -> ast.Module:
    """Evaluate annotations in place if they use a name that their class binds later."""
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
    """A statement that stores the value of an annotation; the annotation itself becomes the stored name."""
    annotation = statement.annotation

    def here(node: Any) -> Any:
        return ast.copy_location(node, annotation)

    call = here(ast.Call(here(ast.Name(KEEP, ast.Load())), [here(ast.Constant(name)), annotation], []))
    statement.annotation = here(ast.Name(name, ast.Load()))
    return here(ast.Expr(call))  # type: ignore[no-any-return]
