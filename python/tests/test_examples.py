"""The examples of `docs/python.md`: run, and compared with what stands under them."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import pytest
from conftest import HERE, ROOT, make_project
from test_api import ORDERS, change

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
REPOSITORIES = 200


def examples() -> List[Tuple[str, str]]:
    """The code and the output of each example that prints something."""
    return [(code, shown) for code, shown in BLOCK.findall(PAGE) if shown]


def tiny(folder: Path, number: int) -> None:
    """A directory with one table."""
    folder.mkdir(parents=True)
    (folder / "models.py").write_text(ORDERS.replace("orders", f"t{number}"), encoding="utf-8")


def prepare(folder: Path, code: str) -> None:
    """What an example stands on."""
    if "shop" in code:
        project = make_project(folder / "shop", ORDERS)
        change(project, "    total = Column(Numeric(10, 2))\n", "")
    if "repositories" in code:
        for number in range(REPOSITORIES):
            tiny(folder / "repositories" / f"r{number}", number)


def test_the_page_has_examples() -> None:
    assert len(examples()) == 5
    # What is not run says so.
    assert all(
        "not run by a test" in code or shown or "def test_" in code for code, shown in BLOCK.findall(PAGE)
    )


@pytest.mark.parametrize("number", range(5))
def test_an_example(tmp_path: Path, number: int) -> None:
    code, shown = examples()[number]
    if "dask" in code and importlib.util.find_spec("distributed") is None:
        pytest.skip("Dask is not installed")
    prepare(tmp_path, code)
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    run = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == shown


def test_the_example_of_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = (code for code, _ in BLOCK.findall(PAGE) if "def test_" in code)
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    tiny(pytester.path / "models", 1)
    pytester.makepyfile(code)
    arguments = ("-p", "pytest_belljar", "--belljar-path=models")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)
    models = pytester.path / "models" / "models.py"
    models.write_text(models.read_text().replace("Numeric(10, 2)", "Float").replace("Numeric", "Float"))
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*t1.total*"])
