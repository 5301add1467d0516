"""Every snippet shows over our core what it shows over pydantic's own: values, dumps, errors and their places.

The virtual environments are those of `test_sqlmodel`; the other side is a generation's site folder, as in a snapshot.
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "guest" / "tests")]

import sites  # noqa: E402
from environments import python_of  # noqa: E402

GENERATION = "2.0"
#: Fewer values than these would be no proof.
AT_LEAST = 4000


def shown(*command: str) -> dict[str, list[str]]:
    """Run every snippet with one interpreter."""
    snippets = sorted(str(path) for path in (HERE / "snippets").glob("*.py"))
    done = subprocess.run([*command, *snippets], capture_output=True, text=True, check=True)
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


class Pydantic(unittest.TestCase):
    """pydantic over our core and over its own."""

    maxDiff = None

    def test_every_value_is_the_same(self) -> None:
        program = str(HERE / "show.py")
        expected = shown(str(python_of(GENERATION)), "-I", "-B", program, "")
        found = shown(sys.executable, "-I", "-S", "-B", program, str(sites.site(GENERATION)))
        self.assertGreaterEqual(sum(map(len, expected.values())), AT_LEAST)
        for path, values in expected.items():
            with self.subTest(snippet=Path(path).stem):
                self.assertFalse(values[-1].startswith("!! "), "the snippet itself fails")
                self.assertEqual(found[path], values)


if __name__ == "__main__":
    unittest.main()
