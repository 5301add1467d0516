"""The imports between the guest's modules have no circle, including those within functions and those for types alone."""

import ast
import sys
import unittest
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

GUEST = Path(__file__).resolve().parent.parent / "belljar_guest"


def module_name(path: Path, root: Path) -> str:
    """The dotted name of a file below the folder that holds `root`."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.Module, name: str, *, is_package: bool) -> Iterator[str]:
    """The dotted names that a module imports, at its top, in functions or under `TYPE_CHECKING`."""
    package = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
            if node.module is not None:
                yield base


def imports_of(sources: Mapping[str, str], packages: Iterable[str]) -> dict[str, set[str]]:
    """The modules that each of `sources` imports; `packages` are those of them that are packages."""
    found: dict[str, set[str]] = {}
    for name, source in sources.items():
        targets = set(imported(ast.parse(source), name, is_package=name in packages))
        found[name] = {target for target in targets if target in sources} - {name}
    return found


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of several modules (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for target in sorted(graph[name]):
            if target not in order:
                visit(target)
            if target in stack:
                lowest[name] = min(lowest[name], lowest[target])
        if lowest[name] == order[name]:
            component = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(component) > 1:
                found.append(sorted(component))

    for name in sorted(graph):
        if name not in order:
            visit(name)
    return found


def circles_below(root: Path) -> list[list[str]]:
    """The circles among the modules of a package."""
    files = {module_name(path, root): path for path in sorted(root.rglob("*.py"))}
    packages = {name for name, path in files.items() if path.name == "__init__.py"}
    sources = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    return circles(imports_of(sources, packages))


class Imports(unittest.TestCase):
    """The graph of imports is free of circles."""

    def test_the_guest_has_none(self) -> None:
        self.assertEqual(circles_below(GUEST), [])

    def test_what_is_a_circle(self) -> None:
        two = [["p.a", "p.b"]]
        cases = {
            "at the top": ({"p.a": "from . import b", "p.b": "from .a import x"}, two),
            "in a function": ({"p.a": "def f():\n    from . import b", "p.b": "import p.a"}, two),
            "for types alone": (
                {"p.a": "if TYPE_CHECKING:\n    from .b import B", "p.b": "from . import a"},
                two,
            ),
            "over a third": (
                {"p.a": "from . import b", "p.b": "from ..p import c", "p.c": "from .a import x"},
                [["p.a", "p.b", "p.c"]],
            ),
            "in one direction": ({"p.a": "from . import b\nimport os", "p.b": "import p.c", "p.c": ""}, []),
            "by a name that is no module": ({"p.a": "from .b import a", "p.b": ""}, []),
        }
        for case, (sources, expected) in cases.items():
            with self.subTest(case):
                self.assertEqual(circles(imports_of(sources, ())), expected)


if __name__ == "__main__":
    print(*circles_below(GUEST if len(sys.argv) < 2 else Path(sys.argv[1]).resolve()), sep="\n")  # noqa: T201
