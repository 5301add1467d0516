"""The names of the guest that attacks in `tests/it/attack` assign to exist: an attack on any other name does nothing."""

import ast
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: An import of a module of the guest, in the source of an attack, and the name that it is bound to.
_IMPORT = re.compile(r"(?:import belljar_guest\.([\w.]+) as (\w+)|from belljar_guest import (\w+))")


def attacked(source: str) -> Iterator[tuple[str, str]]:
    """Each module of the guest with a dotted name in it, up to the class and its attribute, that a text uses."""
    imports = list(_IMPORT.finditer(source))
    ends = [*(found.start() for found in imports[1:]), len(source)]
    for found, end in zip(imports, ends, strict=False):
        module, alias, plain = found.groups()
        text = source[found.end() : end]
        # The attack ends with its string literal: names after that belong to the test.
        text = re.split(r"(?<!\\)\"(?!\")", text, maxsplit=1)[0].replace("\\n", "\n")
        for name in re.findall(rf"(?<![\w.]){alias or plain}((?:\.[A-Za-z_]\w*)+)", text):
            parts = name[1:].split(".")
            yield module or plain, ".".join(parts[: 2 if parts[0][0].isupper() else 1])


def defined(tree: ast.Module) -> set[str]:
    """The names at the top of a module, and the attributes of its classes after the class."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found |= {node.name, *(f"{node.name}.{name}" for item in node.body for name in _bound(item))}
        else:
            found |= set(_bound(node))
    return found


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name for alias in node.names)
    else:
        yield from (item.id for item in ast.walk(node) if isinstance(item, ast.Name))


def missing(source: str) -> list[tuple[str, str]]:
    """The names in attacks that the guest does not define."""
    found = []
    for module, name in sorted(set(attacked(source))):
        path = ROOT / "guest" / "belljar_guest" / (module.replace(".", "/") + ".py")
        names = defined(ast.parse(path.read_text(encoding="utf-8"))) if path.is_file() else set()
        if name not in names:
            found.append((module, name))
    return found


class AttackedNames(unittest.TestCase):
    """Names in the sources of attacks."""

    def test_all_exist(self) -> None:
        files = sorted((ROOT / "tests" / "it" / "attack").glob("*.rs"))
        sources = {path.name: path.read_text(encoding="utf-8") for path in files}
        names = {name for source in sources.values() for name in attacked(source)}
        self.assertIn(("extract.extraction", "Extraction.early"), names)
        self.assertIn(("stand_in.ledger", "note_table"), names)
        self.assertEqual({file: lost for file, text in sources.items() if (lost := missing(text))}, {})

    def test_one_that_does_not(self) -> None:
        cases = {
            '"import belljar_guest.load.recovery as r\\nr.gone = None"': [("load.recovery", "gone")],
            '"import belljar_guest.load.gone as g\\ng.run = None"': [("load.gone", "run")],
            '"import belljar_guest.channel as c\\nc.Channel.gone = None"': [("channel", "Channel.gone")],
            '"import belljar_guest.channel as c\\nc.Channel.send = None", "c.gone"': [],
            '"import belljar_guest.frames as f\\nf.encode.__code__ = None"': [],
            "import belljar_guest.load.integrity as i\ni.Integrity._gone = None": [
                ("load.integrity", "Integrity._gone")
            ],
        }
        for source, expected in cases.items():
            with self.subTest(source):
                self.assertEqual(missing(source), expected)
