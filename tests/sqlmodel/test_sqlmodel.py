"""Every case gives inside the guest, over our core, what SQLModel itself gives where it is really installed."""

import json
import subprocess
import sys
import tempfile
import unittest
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "guest"), str(ROOT / "guest" / "tests")]

import found  # noqa: E402
from environments import GENERATIONS, python_of  # noqa: E402
from native import native, plan_for  # noqa: E402

#: Fewer than these would be no proof.
AT_LEAST = 40


def cases() -> list[Path]:
    """List the cases that this Python understands."""
    paths = sorted((HERE / "cases").glob("*.py"))
    return [path for path in paths if not path.stem.endswith("_py312") or sys.version_info >= (3, 12)]


@cache
def truth(generation: str) -> dict[str, Any]:
    """Ask SQLModel itself about every case."""
    command = [str(python_of(generation)), "-I", "-B", str(HERE / "oracle.py"), *map(str, cases())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def inside(generation: str, case: Path) -> dict[str, Any]:
    """Run a case in the guest."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "models.py").write_bytes(case.read_bytes())
        plan = plan_for(folder, ["models.py"], ddl=("postgresql", "mysql", "sqlite"))
        return found.describe(native(generation).run(plan))


class SQLModel(unittest.TestCase):
    """SQLModel in the guest and where it is installed."""

    maxDiff = None

    def test_every_case_is_the_same(self) -> None:
        self.assertGreaterEqual(len(cases()), AT_LEAST)
        for generation in GENERATIONS:
            for case in cases():
                with self.subTest(case=case.stem, generation=generation):
                    expected = truth(generation)[str(case)]
                    self.assertNotIn("error", expected)
                    self.assertTrue(expected["columns"], "the case declares nothing")
                    self.assertEqual(inside(generation, case), {**expected, "trouble": [], "doubts": []})


if __name__ == "__main__":
    unittest.main()
