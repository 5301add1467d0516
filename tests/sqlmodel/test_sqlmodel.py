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
#: A release of SQLModel that gives other types.
OLDER = "0.0.38"
#: Releases that went with pydantic's first version, each with changes to the one before.
FIRST = ("0.0.4", "0.0.5", "0.0.6", "0.0.7", "0.0.8", "0.0.11")


def cases(folder: str = "cases") -> list[Path]:
    """List the cases that this Python understands."""
    paths = sorted((HERE / folder).glob("*.py"))
    return [path for path in paths if not path.stem.endswith("_py312") or sys.version_info >= (3, 12)]


@cache
def truth(generation: str, release: str = "", folder: str = "cases") -> dict[str, Any]:
    """Ask SQLModel itself about every case."""
    paths = map(str, cases(folder))
    command = [str(python_of(generation, release)), "-I", "-B", str(HERE / "oracle.py"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def inside(generation: str, case: Path, release: str = "") -> dict[str, Any]:
    """Run a case in the guest, for a project that asks for a release."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "models.py").write_bytes(case.read_bytes())
        if release:
            Path(folder, "requirements.txt").write_text(f"sqlmodel=={release}\n")
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

    def test_every_case_that_an_older_release_takes_is_the_same(self) -> None:
        taken = 0
        for case in cases():
            expected = truth(GENERATIONS[0], OLDER)[str(case)]
            if "error" not in expected:
                taken += 1
                with self.subTest(case=case.stem):
                    found_inside = inside(GENERATIONS[0], case, OLDER)
                    self.assertEqual(found_inside, {**expected, "trouble": [], "doubts": []})
        self.assertGreaterEqual(taken, AT_LEAST)

    def test_the_first_releases_give_the_same_columns(self) -> None:
        """They went with 1.4, which orders columns otherwise."""
        for release in FIRST:
            taken = 0
            for case in cases("first"):
                expected = truth("1.4", release, "first")[str(case)]
                if "error" in expected:
                    continue
                taken += 1
                with self.subTest(case=case.stem, release=release):
                    found_inside = inside(GENERATIONS[0], case, release)
                    self.assertEqual((found_inside["trouble"], found_inside["doubts"]), ([], []))
                    self.assertEqual(lines(found_inside["ddl"]), lines(expected["ddl"]))
                    self.assertEqual(found_inside["columns"], expected["columns"])
                    self.assertEqual(found_inside["relationships"], expected["relationships"])
            self.assertGreaterEqual(taken, 4)


def lines(ddl: dict[str, list[str]]) -> dict[str, list[list[str]]]:
    """Give the lines of each statement in an order that does not depend on that of the columns."""
    return {
        name: [sorted(line.strip(" ,\t") for line in text.splitlines()) for text in texts]
        for name, texts in ddl.items()
    }


if __name__ == "__main__":
    unittest.main()
