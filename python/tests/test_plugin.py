"""The pytest plug-in, in a pytest of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import pytest
from conftest import HERE, MODELS, Fake, empty_schema, git, make_project, prints

from belljar._owners import Owners

PLUGIN = ("-p", "pytest_belljar", "-p", "no:cacheprovider")
USES = """
def test_has_orders(belljar_schema):
    assert belljar_schema.table("orders").columns[0].name == "id"
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in a repository with models."""
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    make_project(pytester.path)

    def carried_out(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess(*PLUGIN, *arguments)

    return carried_out


def ini(pytester: pytest.Pytester, *lines: str) -> None:
    pytester.makeini("\n".join(["[pytest]", *lines]))


def drop_email(folder: Path) -> None:
    models = folder / "models.py"
    models.write_text(
        MODELS.replace("    email = Column(String(320), nullable=False)\n", ""), encoding="utf-8"
    )


def test_nothing_happens_unless_it_is_asked_for(pytester: pytest.Pytester, run: Run, fake: Fake) -> None:
    fake("sys.exit('the program ran')")
    pytester.makepyfile("def test_other(): pass")
    run().assert_outcomes(passed=1)


def test_the_package_is_loaded_when_it_is_asked_for(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("import sys\ndef test_other(): assert 'belljar' not in sys.modules")
    run().assert_outcomes(passed=1)


def test_the_fixture(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(USES)
    run().assert_outcomes(passed=1)


def test_the_program_runs_once_a_session(pytester: pytest.Pytester, run: Run, fake: Fake) -> None:
    log = pytester.path.parent / "log"
    fake(f"open({str(log)!r}, 'a').write('x'); {prints(empty_schema())}")
    ini(pytester, "belljar_tests = tables_described")
    pytester.makepyfile("def test_a(belljar_schema): pass\ndef test_b(belljar_schema): pass\n")
    run("--belljar").assert_outcomes(passed=3)
    assert log.read_text() == "x"


def test_a_failing_fixture_shows_the_messages_of_the_program(
    pytester: pytest.Pytester, run: Run, fake: Fake
) -> None:
    fake("sys.stderr.write('error: nothing to see\\nhint: look elsewhere\\n'); sys.exit(2)")
    pytester.makepyfile(USES)
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*error: nothing to see", "*hint: look elsewhere"])
    assert "subprocess" not in result.stdout.str()


def test_no_program(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile(USES)
    result = run("--belljar-program=absent")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*names `*absent`, which is no program that can be started"])


def test_a_dangerous_change_fails_with_the_finding(pytester: pytest.Pytester, run: Run) -> None:
    drop_email(pytester.path)
    result = run("--belljar-base=HEAD")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*no_dangerous_change*",
            "models.py:*: error BJ102: column `customers.email` is dropped with its values*",
            "failed: 1 finding at `error` or above",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_belljar.py" not in result.stdout.str()


def test_a_harmless_change_passes(pytester: pytest.Pytester, run: Run) -> None:
    ini(pytester, "belljar_base = HEAD", "belljar_tests = no_dangerous_change")
    run("--belljar").assert_outcomes(passed=1)


@pytest.mark.parametrize("base", ["HEAD", "main", "main...HEAD", "HEAD..HEAD"])
def test_names_of_bases(run: Run, base: str) -> None:
    run(f"--belljar-base={base}", "-k", "no_dangerous_change").assert_outcomes(passed=1)


NO_BASE: Dict[str, Tuple[List[str], str]] = {
    "none is given": (["--belljar"], "give `--belljar-base REV`"),
    "it is not there": (["--belljar-base=nope"], "`nope` is not a commit of this clone"),
    "it looks like an option": (["--belljar-base=--output=x"], "`--output=x` is not a commit"),
    "one of two is not there": (["--belljar-base=nope...HEAD"], "`nope` is not a commit"),
    "it is a blob": (["--belljar-base=HEAD:models.py"], "is not a commit"),
    "a control character": (["--belljar-base=a\x1b[2Jb"], r"`a\\x1b[2Jb` is not a commit"),
}


@pytest.mark.parametrize("case", NO_BASE)
def test_without_a_base_it_is_skipped_with_the_reason(pytester: pytest.Pytester, run: Run, case: str) -> None:
    arguments, reason = NO_BASE[case]
    ini(pytester, "belljar_tests = no_dangerous_change")
    result = run(*arguments, "-rs")
    result.assert_outcomes(skipped=1)
    assert reason.replace("\\\\", "\\") in result.stdout.str()
    result = run(*arguments, "-o", "belljar_require_base=true")
    result.assert_outcomes(failed=1)
    assert "belljar_require_base is set" in result.stdout.str()


def test_a_shallow_history(pytester: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    git(pytester.path, "tag", "before")
    drop_email(pytester.path)
    git(pytester.path, "commit", "--quiet", "--all", "--message=two")
    before = git(pytester.path, "rev-parse", "before")
    git(pytester.path, "clone", "--quiet", "--depth=1", f"file://{pytester.path}", "shallow")
    arguments = ("-k", "no_dangerous_change", "-rs", "--rootdir=shallow", "shallow")
    result = run(f"--belljar-base={before}", *arguments)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*the git history is shallow, and `*` is not in it: fetch it*"])
    # What is there in a shallow clone is compared with.
    run("--belljar-base=HEAD", *arguments).assert_outcomes(passed=1)


def test_no_repository_at_all(pytester: pytest.Pytester, run: Run) -> None:
    folder = pytester.path.parent / "elsewhere"
    folder.mkdir()
    (folder / "models.py").write_text(MODELS, encoding="utf-8")
    result = run("--belljar-base=HEAD", "-rs", f"--belljar-path={folder}", "-k", "no_dangerous_change")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*the git history of `*elsewhere` can't be read: *"])


def test_the_verdict_as_a_fixture(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_it(belljar_verdict):\n    assert belljar_verdict.passed\n")
    run("-rs").assert_outcomes(skipped=1)
    run("-o", "belljar_base=HEAD").assert_outcomes(passed=1)


def test_tables_without_comment_or_owner_are_listed(pytester: pytest.Pytester, run: Run) -> None:
    ini(pytester, "belljar_tests = tables_described")
    result = run("--belljar")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "models.py:14: table `orders` has no comment, and CODEOWNERS gives its file no owner",
            "hint: give it *",
        ]
    )
    assert "customers" not in result.stdout.str()


DESCRIBED = {
    "an owner": ("models.py @shop/data\n", [], 1),
    "an owner of something else": ("other.py @shop/data\n", [], 0),
    "a rule without an owner": ("* @shop/all\nmodels.py\n", [], 0),
    "an exemption": ("", ["belljar_undescribed = ord*"], 1),
    "another exemption": ("", ["belljar_undescribed = parcels"], 0),
}


@pytest.mark.parametrize("case", DESCRIBED)
def test_what_describes_a_table(pytester: pytest.Pytester, run: Run, case: str) -> None:
    owners, lines, passed = DESCRIBED[case]
    (pytester.path / "CODEOWNERS").write_text(owners, encoding="utf-8")
    ini(pytester, "belljar_tests = tables_described", *lines)
    run("--belljar").assert_outcomes(passed=passed, failed=1 - passed)


def test_owners_are_of_the_whole_repository(pytester: pytest.Pytester, run: Run) -> None:
    make_folder = pytester.path / "services" / "shop"
    make_folder.mkdir(parents=True)
    (pytester.path / "models.py").rename(make_folder / "models.py")
    (pytester.path / "CODEOWNERS").write_text("/services/shop/ @shop\n", encoding="utf-8")
    git(pytester.path, "add", "--all")
    git(pytester.path, "commit", "--quiet", "--message=two")
    ini(pytester, "belljar_tests = tables_described", "belljar_path = services/shop")
    run("--belljar").assert_outcomes(passed=1)


def test_tests_are_chosen_as_others_are(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyfile("def test_other(): pass")
    run("--belljar", "-m", "belljar", "-k", "tables").assert_outcomes(failed=1, deselected=2)
    run("--belljar", "-m", "not belljar", "--strict-markers").assert_outcomes(passed=1, deselected=2)
    result = run("--belljar", "--collect-only", "-q")
    result.stdout.fnmatch_lines(
        ["*::test_other", "belljar::no_dangerous_change", "belljar::tables_described"]
    )


def test_with_several_workers(pytester: pytest.Pytester, run: Run) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(USES)
    (pytester.path / "CODEOWNERS").write_text("* @shop\n", encoding="utf-8")
    run("-n2", "--belljar-base=HEAD").assert_outcomes(passed=3)


def test_a_report_for_machines(pytester: pytest.Pytester, run: Run) -> None:
    drop_email(pytester.path)
    run("--belljar-base=HEAD", "--junitxml=out.xml").assert_outcomes(failed=2)
    report = (pytester.path / "out.xml").read_text(encoding="utf-8")
    assert 'name="no_dangerous_change"' in report
    assert "BJ102" in report


WRONG = {
    "belljar_tests = nothing_of_that_name": "there is no test `nothing_of_that_name`",
    "belljar_timeout = long": "belljar_timeout: it is not a number of seconds",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_settings_are_reported(pytester: pytest.Pytester, run: Run, line: str) -> None:
    ini(pytester, line)
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{WRONG[line]}*"])


def test_a_program_that_hangs(pytester: pytest.Pytester, run: Run, fake: Fake) -> None:
    fake("time.sleep(600)")
    ini(pytester, "belljar_timeout = 1", "belljar_tests = tables_described")
    result = run("--belljar")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*longer than 1.0 seconds*"])


def test_hostile_findings_do_nothing_to_the_terminal(pytester: pytest.Pytester, run: Run, fake: Fake) -> None:
    table = {
        "name": "a\x1b[2J\u202eb",
        "status": "exact",
        "reasons": [],
        "metadata": "m",
        "options": {},
        "prefixes": [],
    }
    lists = ("columns", "foreign_keys", "unique", "checks", "excludes", "indexes")
    table.update({name: [] for name in lists})
    table["primary_key"] = {"columns": [], "name": None}
    fake(prints(empty_schema(tables=[table])))
    ini(pytester, "belljar_tests = tables_described")
    result = run("--belljar", "--color=no")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([r"*table `a\x1b[[]2J\u202eb` has no comment*"])
    assert not re.search("[\x1b\u202e]", result.stdout.str())


# As `host/downstream/artefacts/src/codeowners` reads them.
PATTERNS = [
    ("*", "a/b.py", True),
    ("*.py", "a/b.py", True),
    ("*.py", "a/b.sql", False),
    ("/*.py", "a/b.py", False),
    ("/*.py", "b.py", True),
    ("docs/*", "docs/a.md", True),
    ("docs/*", "docs/b/a.md", False),
    ("docs/", "docs/b/a.md", True),
    ("docs/", "x/docs/b/a.md", True),
    ("/docs/", "x/docs/b/a.md", False),
    ("apps/", "apps", False),
    ("a/b", "a/b/c.py", True),
    ("a/b", "x/a/b/c.py", False),
    ("b", "a/b/c.py", True),
    ("**/logs", "deep/logs/x", True),
    ("a/**/c", "a/c", True),
    ("a/**/c", "a/b/d/c", True),
    ("a/**", "a/b/c", True),
    ("**", "a/b", True),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("[ab].py", "a.py", False),
    ("!a.py", "a.py", False),
    (r"a\ b.py", "a b.py", True),
    ("a{b}.py", "a{b}.py", True),
    ("a.py", "aXpy", False),
    ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", False),
]


@pytest.mark.parametrize(("pattern", "path", "owned"), PATTERNS)
def test_patterns_of_github(pattern: str, path: str, owned: bool) -> None:
    assert Owners(f"{pattern} @somebody\n", "CODEOWNERS").owns(path) is owned


FILES = [
    ("* @a\n*.py\n", "CODEOWNERS", "x.py", False),
    ("*.py\n* @a\n", "CODEOWNERS", "x.py", True),
    ("*.py # nobody\n", "CODEOWNERS", "x.py", False),
    ("# *.py @a\n", "CODEOWNERS", "x.py", False),
    ("[Data] @data\n*.py\n", "CODEOWNERS", "x.py", True),
    ("[Data]\n*.py\n", "CODEOWNERS", "x.py", False),
    ("^[Data][2] @data\n*.py\n", ".gitlab/CODEOWNERS", "x.py", True),
    ("[A]\n*.py @a\n[B]\n*.py\n", "CODEOWNERS", "x.py", True),
    ("*.py @a\n!x.py\n", ".gitlab/CODEOWNERS", "x.py", False),
    ("a/b.py @a\n", ".gitlab/CODEOWNERS", "x/a/b.py", True),
    ("[xy].py @a\n", ".gitlab/CODEOWNERS", "x.py", True),
]


@pytest.mark.parametrize(("text", "place", "path", "owned"), FILES)
def test_files_of_owners(text: str, place: str, path: str, owned: bool) -> None:
    assert Owners(text, place).owns(path) is owned
