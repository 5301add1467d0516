"""The program is run within bounds, and whatever it does comes out as one exception."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, List, Type

import pytest
from conftest import HERE, Fake, empty_schema, prints

import belljar
from belljar import _program, _run
from belljar.errors import (
    BelljarError,
    CouldNotRunError,
    CrashError,
    DocumentError,
    FindingsError,
    FormatError,
    InternalError,
    OutputTooLargeError,
    ProgramNotFoundError,
    RunCancelledError,
    RunError,
    RunTimeoutError,
)

DOCUMENT = empty_schema()
ERROR = empty_schema(
    diagnostics=[
        {"severity": "error", "code": "x", "message": "a run ended early", "hint": "more fuel", "place": None}
    ]
)

ENDS = [
    ("says('gone wrong', 2)", CouldNotRunError, "gone wrong", None),
    ("says('a bug', 101)", InternalError, "a bug", None),
    ("sys.exit(7)", CrashError, "`belljar` ended with the exit code 7, which means nothing", None),
    ("says('late words', 3)", CrashError, "the exit code 3, which means nothing:\nlate words", None),
    ("os.kill(os.getpid(), signal.SIGKILL)", CrashError, "`belljar` was ended by SIGKILL", None),
    ("os.kill(os.getpid(), signal.SIGSEGV)", CrashError, "`belljar` was ended by SIGSEGV", None),
    ("os.kill(os.getpid(), 40)", CrashError, "ended by", None),
    (prints(DOCUMENT, 1), FindingsError, "the schema is incomplete", 0),
    (prints(ERROR, 1), FindingsError, "error: a run ended early\n  hint: more fuel", 1),
    ("says('half of it', 1)", FindingsError, "half of it", None),
    (f"sys.stderr.write('said so'); {prints(ERROR, 1)}", FindingsError, "what there is\nsaid so", 1),
    ("sys.exit(2)", CouldNotRunError, "`belljar` ended with exit code 2 and said nothing", None),
    (prints(ERROR, 2), CouldNotRunError, "error: a run ended early\n  hint: more fuel", 1),
    ("print('hello')", DocumentError, "it is no JSON", None),
    ("pass", DocumentError, "it is no JSON", None),
    ("sys.stdout.buffer.write(bytes(range(256)) * 999)", DocumentError, "it is no JSON", None),
    ("print('[' * 100000)", DocumentError, "it is no JSON", None),
    ("print('[]')", DocumentError, "an object (`Schema`) was expected, and a list is there", None),
    ("print('null')", DocumentError, "null is there", None),
    (prints({"format": "1.2"}), DocumentError, "is not there", None),
    (prints({**DOCUMENT, "format": "9.0"}), FormatError, "the format of this document", None),
    ("print('garbage'); sys.exit(1)", DocumentError, "it is no JSON", None),
    ("print('garbage'); says('so', 2)", CouldNotRunError, "so", None),
    (r"says('\x1b[2J\x07 red \u202e', 2)", CouldNotRunError, r"\x1b[2J\x07 red \u202e", None),
]
SAYS = "def says(text, code):\n    print(text, file=sys.stderr)\n    sys.exit(code)\n"


@pytest.mark.parametrize(("body", "cls", "message", "diagnostics"), ENDS)
def test_each_end_is_an_exception(
    fake: Fake, body: str, cls: Type[BelljarError], message: str, diagnostics: Any
) -> None:
    fake(SAYS + body)
    with pytest.raises(BelljarError) as caught:
        belljar.extract()
    error = caught.value
    assert type(error) is cls
    assert message in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.__dict__) == (cls, str(error), error.__dict__)
    if isinstance(error, RunError):
        assert error.command[1] == "extract"
        found = error.document
        assert (None if found is None else len(found.diagnostics)) == diagnostics


def test_an_incomplete_schema_can_be_had(fake: Fake) -> None:
    fake(prints(ERROR, 1))
    assert len(belljar.extract(allow_incomplete=True).diagnostics) == 1


CALLS: Dict[str, Callable[..., object]] = {
    "extract": lambda **more: belljar.extract("x", **more),
    "diff": lambda **more: belljar.diff("x", **more),
    "check": lambda **more: belljar.check("x", **more),
    "impact": lambda **more: belljar.impact("x", **more),
    "lineage": lambda **more: belljar.lineage("x", **more),
    "explain": lambda **more: belljar.explain("x", **more),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_program_that_hangs_is_ended(fake: Fake, tmp_path: Path, call: str) -> None:
    fake(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    begun = time.monotonic()
    with pytest.raises(TimeoutError, match="longer than 1") as caught:
        CALLS[call](timeout=1)
    assert isinstance(caught.value, RunTimeoutError)
    assert time.monotonic() - begun < 20
    gone(tmp_path / "pid")


def gone(file: Path) -> None:
    """The process whose number a file has is no more."""
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


def test_one_that_closes_its_streams_and_hangs_is_ended(fake: Fake) -> None:
    fake("os.close(1); os.close(2); time.sleep(600)")
    with pytest.raises(RunTimeoutError):
        belljar.extract(timeout=1)


def test_one_that_ignores_signals_is_ended(fake: Fake) -> None:
    fake("[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT)]; time.sleep(600)")
    with pytest.raises(RunTimeoutError):
        belljar.extract(timeout=1)


@pytest.mark.parametrize("timeout", [0, -1, 0.001])
def test_no_time_at_all(fake: Fake, timeout: float) -> None:
    fake("time.sleep(600)")
    with pytest.raises(RunTimeoutError):
        belljar.extract(timeout=timeout)


def test_a_run_is_cancelled_from_another_thread(fake: Fake, tmp_path: Path) -> None:
    fake(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    cancel = threading.Event()
    timer = threading.Timer(1, cancel.set)
    timer.start()
    with pytest.raises(RunCancelledError):
        belljar.extract(cancel=cancel)
    gone(tmp_path / "pid")
    with pytest.raises(RunCancelledError):
        belljar.extract(cancel=cancel)


def test_cancelling_changes_nothing_where_it_does_not_happen(fake: Fake) -> None:
    fake("time.sleep(0.3); " + prints(DOCUMENT))
    assert belljar.extract(cancel=threading.Event(), timeout=60).tables == ()


def test_an_interrupt_ends_the_program(fake: Fake, tmp_path: Path) -> None:
    fake(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    script = "import belljar\nbelljar.extract()"
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.PIPE) as process:
        # An interrupt of an interpreter that has not started yet is another matter.
        for _ in range(2400):
            if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
                break
            time.sleep(0.05)
        else:
            process.kill()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
    gone(tmp_path / "pid")


def test_a_gigabyte_is_cut_off(fake: Fake) -> None:
    fake("block = b'x' * (1 << 20)\nfor _ in range(1024): sys.stdout.buffer.write(block)")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(OutputTooLargeError, match="more than 8388608 bytes"):
        _run.run(["extract"], _run.Settings(max_output=8 << 20))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    assert _run.Settings().max_output <= 512 << 20


def test_of_a_gigabyte_of_errors_the_ends_are_kept(fake: Fake) -> None:
    fake(
        f"{SAYS}sys.stderr.write('first'); sys.stderr.flush(); block = b'x' * (1 << 20)\n"
        "for _ in range(1024): sys.stderr.buffer.write(block)\n"
        "says('last', 2)"
    )
    with pytest.raises(CouldNotRunError) as caught:
        belljar.extract(timeout=120)
    error = str(caught.value)
    assert error.startswith("firstx")
    assert error.endswith("xlast")
    assert "bytes left out" in error
    assert len(error) < 70_000


def test_both_streams_at_once_do_not_block(fake: Fake) -> None:
    fake(f"sys.stderr.write('e' * 300000); sys.stderr.flush(); {prints(empty_schema(more='x' * 300000))}")
    assert len(belljar.extract(timeout=60).unknown["more"]) == 300_000


def test_threads_do_not_disturb_each_other(fake: Fake) -> None:
    fake(f"d = json.loads({json.dumps(DOCUMENT)!r}); d['which'] = sys.argv[-1]; print(json.dumps(d))")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: belljar.extract(f"{number}").unknown["which"], range(64)))
    assert found == [str(number) for number in range(64)]


HOSTILE = [
    "-rf",
    "--help",
    "--output=/tmp/x",
    "-o/tmp/x",
    "--",
    "",
    " ",
    "a b",
    "$(id)",
    "`id`",
    ";id",
    "a\nb",
    "'\"",
    "ü",
    "rev:-x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_option(fake: Fake, text: str) -> None:
    fake("json.dump(sys.argv[1:], sys.stderr); sys.exit(2)")
    options = belljar.Options(only=[text], sqlalchemy=text, wheelhouse=[text], memory=text, tenant=text)
    downstream = belljar.Downstream(dbt=[text], lookml=[text])
    more: Dict[str, Any] = {"repo": text, "options": options, "config": text, "downstream": downstream}
    known = (
        *("format", "quiet", "only", "sqlalchemy", "wheelhouse", "memory", "tenant", "rev", "repo", "config"),
        *("config-from", "dbt", "lookml", "fail-on", "contract", "rename", "source"),
    )
    calls: List[Callable[[], object]] = [
        lambda: belljar.extract(text, rev=text, options=options),
        lambda: belljar.check(
            text, text, fail_on=text, config_from=text, contracts=[text], renames={text: text}, **more
        ),
        lambda: belljar.impact(text, text, **more),
        lambda: belljar.lineage(text, rev=text, options=options, downstream=downstream),
        lambda: belljar.explain(text, text, rev=text, options=options),
        lambda: belljar.diff(Path(text), text, repo=text, options=options),
    ]
    for call in calls:
        with pytest.raises(CouldNotRunError) as caught:
            call()
        arguments: List[str] = json.loads(caught.value.stderr)
        options_part = arguments[1 : arguments.index("--")] if "--" in arguments else arguments[1:]
        names = [argument.partition("=")[0] for argument in options_part]
        assert all(name.startswith("--") and name[2:] in known for name in names)


def test_a_zero_byte_is_an_error_of_ours(fake: Fake) -> None:
    fake(prints(DOCUMENT))
    with pytest.raises(CouldNotRunError, match="an argument can't be passed on"):
        belljar.extract("a\0b")


def test_one_text_is_one_value() -> None:
    assert belljar.Options(only="shop", exclude=("a", "b")).arguments() == [
        "--only=shop",
        "--exclude=a",
        "--exclude=b",
    ]
    assert belljar.Options(run_timeout="5s", venv=True, fuel=9).arguments() == [
        "--fuel=9",
        "--timeout=5s",
        "--venv",
    ]


def test_a_folder_that_is_not_there(fake: Fake, tmp_path: Path) -> None:
    fake(prints(DOCUMENT))
    with pytest.raises(CouldNotRunError, match=r"`cwd` is .*, which is not a directory"):
        belljar.extract(cwd=tmp_path / "absent")


def test_paths_are_from_the_folder(fake: Fake, tmp_path: Path) -> None:
    fake(f"d = json.loads({json.dumps(DOCUMENT)!r}); d['cwd'] = os.getcwd(); print(json.dumps(d))")
    assert belljar.extract(cwd=tmp_path).unknown["cwd"] == str(tmp_path)


def program(folder: Path, text: str = "#!/bin/sh\n", mode: int = 0o755) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "belljar").write_text(text, encoding="utf-8")
    (folder / "belljar").chmod(mode)
    return folder / "belljar"


def test_where_the_program_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, named, beside, path = (program(tmp_path / name) for name in ("given", "named", "beside", "path"))
    monkeypatch.setenv("BELLJAR_PROGRAM", str(named))
    monkeypatch.setenv("PATH", f".:{path.parent}")
    monkeypatch.setattr(_program, "_folders", lambda: iter([str(beside.parent)]))
    assert belljar.find_program(given) == str(given)
    assert belljar.find_program() == str(named)
    monkeypatch.setenv("BELLJAR_PROGRAM", "")
    assert belljar.find_program() == str(beside)
    beside.chmod(0o644)
    assert belljar.find_program() == str(path)
    path.unlink()
    # The folder that one stands in is not looked at, whatever the PATH says.
    monkeypatch.chdir(given.parent)
    with pytest.raises(ProgramNotFoundError, match="pip install belljar"):
        belljar.find_program()


@pytest.mark.parametrize("where", ["argument", "variable"])
def test_what_was_named_is_taken_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    absent = str(tmp_path / "absent")
    monkeypatch.setenv("BELLJAR_PROGRAM", absent if where == "variable" else "")
    with pytest.raises(ProgramNotFoundError, match=absent):
        belljar.extract(program=absent if where == "argument" else None)


@pytest.mark.parametrize(
    ("text", "message"), [("#!/absent/interpreter\n", "can't be started"), ("\x7fELF nonsense", "can't be")]
)
def test_one_that_can_not_be_started(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProgramNotFoundError, match=message):
        belljar.extract(program=program(tmp_path / "bin", text))


def test_another_program_of_that_name(fake: Fake) -> None:
    fake("print('bellhop 1.0')")
    with pytest.raises(ProgramNotFoundError, match="another program"):
        belljar.program_version()


def test_every_exception_is_one_of_ours() -> None:
    classes = [getattr(belljar.errors, name) for name in belljar.errors.__all__]
    assert all(issubclass(cls, BelljarError) for cls in classes)
