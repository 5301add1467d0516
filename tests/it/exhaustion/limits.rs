//! Code that takes more than it may: the run ends, says so, blames the right one, and keeps what it had.

use insta::assert_snapshot;

use crate::support::{Project, Run, between};

/// What is said of a run that ended early.
#[track_caller]
fn ended(project: &Project, arguments: &[&str]) -> Run {
    let run = project.extract(&[&["--format", "text", "--summary"], arguments].concat()).exits_with(1);
    assert!(run.stdout.contains("first  1 column"), "what ran before is lost\n{run}");
    run
}

/// What is said of a run that came to its end: nothing is lost but what did the harm.
#[track_caller]
fn went_on(project: &Project, arguments: &[&str]) -> Run {
    let run = project.extract(&[&["--format", "text", "--summary"], arguments].concat()).exits_with(0);
    for name in ["first", "last"] {
        assert!(run.stdout.contains(&format!("{name}  1 column")), "`{name}` is lost\n{run}");
    }
    run
}

#[test]
fn fuel() {
    let project = between("for _ in range(10 ** 12): pass");
    assert_snapshot!(ended(&project, &["--fuel", "2000000000"]), @r"
    exit code: 1
    ----- stdout -----
    first  1 column  a_first.py:4
    last  1 column  c_last.py:4
    harm  b_harm.py:4  unresolved: the run ended while its module ran: it used up its fuel

    tables: 2 exact, 0 partial, 1 unresolved; columns: 2 exact, 0 partial
      1 × the run ended while its module ran: it used up its fuel
          hint: raise `--fuel`, or leave the module out with `--exclude`

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    error: b_harm.py: `b_harm.py` was left out, the rest ran without it: it used up its fuel
      hint: raise `--fuel`, or leave the module out with `--exclude`
    ");
}

#[test]
fn the_same_fuel_gives_the_same_end() {
    let project = between("for n in range(10 ** 12): Table(f't{n}', metadata)");
    let run = || project.extract(&["--format", "json", "--fuel", "1500000000"]).exits_with(1).stdout;
    assert_eq!(run(), run());
}

#[test]
fn time() {
    let project = between("while True: pass");
    assert_snapshot!(ended(&project, &["--timeout", "10s"]), @r"
    exit code: 1
    ----- stdout -----
    first  1 column  a_first.py:4
    last  1 column  c_last.py:4
    harm  b_harm.py:4  unresolved: the run ended while its module ran: it used up its time

    tables: 2 exact, 0 partial, 1 unresolved; columns: 2 exact, 0 partial
      1 × the run ended while its module ran: it used up its time
          hint: raise `--timeout`, or leave the module out with `--exclude`

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    error: b_harm.py: `b_harm.py` was left out, the rest ran without it: it used up its time
      hint: raise `--timeout`, or leave the module out with `--exclude`
    ");
}

/// Whatever takes the time, the tables beside it are there.
#[test]
fn time_is_shared() {
    for harm in [
        "7 ** (7 ** 12)",
        "import re\nre.match('(a*)*b', 'a' * 100)",
        "'x'.join(str(n) for n in range(10 ** 12))",
        "import itertools\nlist(itertools.permutations(range(14)))",
        "import hashlib\nwhile True: hashlib.sha256(b'x' * 10_000_000)",
        "import os\nwhile True: os.stat('b_harm.py')",
        "sorted(range(10 ** 6), key=lambda n: sum(range(n)))",
    ] {
        let document = between(harm).extract(&["--format", "json", "--timeout", "8s"]).document();
        let exact: Vec<_> = document.tables.iter().map(|table| table.name.as_str()).collect();
        assert!(exact.contains(&"first") && exact.contains(&"last"), "{harm}\n{:#?}", document.diagnostics);
    }
}

#[test]
fn sleeping_takes_no_time() {
    went_on(&between("import time\ntime.sleep(10_000)"), &["--timeout", "20s"]);
}

#[test]
fn waiting_for_the_clock_ends() {
    went_on(
        &between("import time\nend = time.time() + 5\nwhile time.time() < end: pass"),
        &["--timeout", "60s"],
    );
}

#[test]
fn memory() {
    let project = between("hoard = []\nwhile True: hoard.append(bytearray(10_000_000))");
    assert_snapshot!(went_on(&project, &["--memory", "200MiB"]), @r"
    exit code: 0
    ----- stdout -----
    first  1 column  a_first.py:4
    harm  1 column  b_harm.py:4
    last  1 column  c_last.py:4

    tables: 3 exact, 0 partial, 0 unresolved; columns: 3 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: memory was requested beyond the limit
      hint: raise `--memory`
    warning: b_harm.py:6: a statement failed and was skipped: `MemoryError`
    ");
}

#[test]
fn memory_at_once() {
    let project = between("hoard = 'x' * 2_000_000_000");
    assert_snapshot!(went_on(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    first  1 column  a_first.py:4
    harm  1 column  b_harm.py:4
    last  1 column  c_last.py:4

    tables: 3 exact, 0 partial, 0 unresolved; columns: 3 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: memory was requested beyond the limit
      hint: raise `--memory`
    warning: b_harm.py:5: a statement failed and was skipped: `MemoryError`
    ");
}

#[test]
fn output() {
    let project = between(
        "for n in range(2000): Table(f't{n}', metadata, *(Column(f'c{m}', Integer) for m in range(20)))",
    );
    let run = ended(&project, &["--max-output", "64KiB", "--only", "a_first.py", "--only", "b_harm.py"]);
    assert!(run.stdout.contains("\nt0  20 columns") && !run.stdout.contains("\nt1999  "), "{run}");
    assert_snapshot!(run.stderr.lines().skip(1).collect::<Vec<_>>().join("\n"), @r"
    error: the run ended early: it sent more than the limit allows
      hint: raise `--max-output`, or leave the module out with `--exclude`
    ");
}

#[test]
fn os_exit() {
    let run = went_on(&between("import os\nos._exit(3)"), &[]);
    assert!(run.stderr.contains("b_harm.py:6: a statement failed and was skipped: `SystemExit: 3`"), "{run}");
}

#[test]
fn os_abort() {
    let run = went_on(&between("import os\nos.abort()"), &[]);
    assert!(run.stderr.contains("b_harm.py:6: a statement failed and was skipped: `SystemExit: 1`"), "{run}");
}

#[test]
fn an_exit_that_nothing_stands_before() {
    assert_snapshot!(ended(&between("import posix\nposix._exit(3)"), &[]), @r"
    exit code: 1
    ----- stdout -----
    first  1 column  a_first.py:4
    last  1 column  c_last.py:4
    harm  b_harm.py:4  unresolved: the run ended while its module ran: the code ended the process with a failure

    tables: 2 exact, 0 partial, 1 unresolved; columns: 2 exact, 0 partial
      1 × the run ended while its module ran: the code ended the process with a failure
          hint: leave the module out with `--exclude`

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    error: b_harm.py: `b_harm.py` was left out, the rest ran without it: the code ended the process with a failure
      hint: leave the module out with `--exclude`
    ");
}

#[test]
fn sys_exit() {
    assert_snapshot!(went_on(&between("import sys\nsys.exit('no database')"), &[]), @r"
    exit code: 0
    ----- stdout -----
    first  1 column  a_first.py:4
    harm  1 column  b_harm.py:4
    last  1 column  c_last.py:4

    tables: 3 exact, 0 partial, 0 unresolved; columns: 3 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: b_harm.py:6: a statement failed and was skipped: `SystemExit: no database`
    ");
}

#[test]
fn keyboard_interrupt_and_other_exceptions() {
    for error in [
        "KeyboardInterrupt",
        "GeneratorExit",
        "BaseException('odd')",
        "MemoryError",
        "RecursionError",
        "StopIteration",
    ] {
        went_on(&between(&format!("raise {error}")), &[]);
    }
}

#[test]
fn recursion() {
    assert_snapshot!(went_on(&between("def deep(n): return deep(n + 1)\ndeep(0)"), &[]), @r"
    exit code: 0
    ----- stdout -----
    first  1 column  a_first.py:4
    harm  1 column  b_harm.py:4
    last  1 column  c_last.py:4

    tables: 3 exact, 0 partial, 0 unresolved; columns: 3 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: b_harm.py:6: a statement failed and was skipped: `RecursionError: maximum recursion depth exceeded`
    ");
}

#[test]
fn recursion_without_a_limit() {
    let deep = |limit: &str| {
        format!("import sys\nsys.setrecursionlimit({limit})\ndef deep(n): return deep(n + 1)\ndeep(0)")
    };
    went_on(&between(&deep("100_000")), &[]);
    assert_snapshot!(ended(&between(&deep("2 ** 30")), &["--memory", "300MiB"]), @r"
    exit code: 1
    ----- stdout -----
    first  1 column  a_first.py:4
    last  1 column  c_last.py:4
    harm  b_harm.py:4  unresolved: the run ended while its module ran: the interpreter trapped: wasm trap: call stack exhausted

    tables: 2 exact, 0 partial, 1 unresolved; columns: 2 exact, 0 partial
      1 × the run ended while its module ran: the interpreter trapped: wasm trap: call stack exhausted
          hint: leave the module out with `--exclude`

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    error: b_harm.py: `b_harm.py` was left out, the rest ran without it: the interpreter trapped: wasm trap: call stack exhausted
      hint: leave the module out with `--exclude`
    warning: memory was requested beyond the limit
      hint: raise `--memory`
    ");
}

#[test]
fn recursion_in_c() {
    let harm = "import json\nx = []\nfor _ in range(200_000): x = [x]\nrepr(x)\njson.dumps(x)\ndel x";
    went_on(&between(harm), &[]);
}

#[test]
fn a_flood_on_the_standard_streams() {
    let harm = "import sys\nfor _ in range(2000):\n    print('x' * 10_000)\n    print('y' * 10_000, file=sys.stderr)";
    let run = went_on(&between(harm), &["--verbose"]);
    assert!(run.stderr.contains("stderr: yyyy"), "nothing of it is kept");
    assert!(run.stderr.len() < 200_000, "{} bytes", run.stderr.len());
}

#[test]
fn reading_from_standard_input() {
    went_on(&between("text = input('name? ')"), &[]);
}

#[test]
fn a_thread_that_waits_for_ever() {
    went_on(
        &between("import threading\nthreading.Thread(target=print).start()\nthreading.Event().wait(5)"),
        &[],
    );
}

#[test]
fn a_module_that_turns_the_interpreter_upside_down() {
    for harm in [
        "import sys\nsys.modules.clear()",
        "import builtins\nfor name in dir(builtins):\n    if name != '__import__': setattr(builtins, name, None)",
        "import sys\nsys.meta_path.clear()\nsys.path.clear()\nsys.path_hooks.clear()",
        "import gc, sys\ngc.collect = gc.get_objects = lambda *_: []\nsys.settrace(lambda *_: 1 / 0)",
    ] {
        let run = between(harm).extract(&["--format", "text", "--fuel", "5000000000"]);
        assert!(run.code == 0 || run.code == 1, "{harm}\n{run}");
        assert!(run.stdout.contains("first  a_first.py:4"), "{harm}\n{run}");
    }
}
