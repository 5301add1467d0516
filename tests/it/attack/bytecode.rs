//! Bytecode: `marshal`, `code.replace`, and code that is broken. What Python itself refuses is an exception; what breaks
//! the interpreter ends the run, and costs the file alone.

use belljar_schema::Status;

use crate::support::{between, gives};

#[test]
fn what_is_refused() {
    gives(
        r#"
import dis, importlib, marshal, pickle, types
def victim(): return 1
code = victim.__code__
def replaced(): return types.FunctionType(code.replace(
    co_consts=(None, 2),
    co_code=bytes([dis.opmap['RESUME'], 0, dis.opmap['LOAD_CONST'], 1, dis.opmap['RETURN_VALUE'], 0])), {})()
try_('control: replaced', replaced)
try_('control: marshalled', lambda: eval(marshal.loads(marshal.dumps(compile('1 + 1', 'x', 'eval')))))
try_('garbage', lambda: marshal.loads(b'\xff' * 100))
try_('cut short', lambda: marshal.loads(marshal.dumps(code)[:40]))
try_('deep', lambda: marshal.loads(b'(\x01\x00\x00\x00' * 100_000))
try_('huge', lambda: marshal.loads(b'(\xff\xff\xff\x7f'))
try_('odd length', lambda: code.replace(co_code=b'\x00'))
try_('too few constants', lambda: code.replace(co_nlocals=99))
try_('pickle', lambda: type(pickle.loads(b"cos\nsystem\n(S'true'\ntR.")).__name__)
try_('pickle of nothing there', lambda: pickle.loads(b"cctypes\nCDLL\n(S'libc.so.6'\ntR.").__class__.__name__)
"#,
        &[
            "control: replaced: 2",
            "control: marshalled: 2",
            "garbage: ValueError",
            "cut short: EOFError",
            "deep: ValueError",
            "huge: MemoryError",
            "odd length: ValueError",
            "too few constants: ValueError",
            "pickle: StandIn",
            "pickle of nothing there: StandIn",
        ],
    );
}

/// Broken bytecode reads and calls what it likes in the memory of its own run, host functions with made-up handles among
/// it. What comes of it depends on what lies there; it is the same every time, and the others have lost nothing.
#[test]
fn code_that_breaks_the_interpreter() {
    for code in [
        "[dis.opmap['LOAD_CONST'], 255] * 50",
        "[255, 255] * 50",
        "[dis.opmap['POP_TOP'], 0] * 200_000",
        "[dis.opmap['JUMP_BACKWARD'], 255, 0, 0] * 20",
        "[dis.opmap['LOAD_CONST'], 0] * 200_000",
        "[dis.opmap['LOAD_FAST'], 200, dis.opmap['CALL'], 0] * 20",
        "list(range(256)) * 40",
    ] {
        let harm = format!(
            "import dis\ndef victim(): return 1\nvictim.__code__ = victim.__code__.replace(co_code=bytes({code}))\nvictim()"
        );
        let project = between(&harm);
        let run = || project.extract(&["--format", "json", "--fuel", "10000000000"]);
        let (once, again) = (run(), run());
        assert_eq!(once.stdout, again.stdout, "{code}");
        assert!(once.code == 0 || once.code == 1, "{code}\n{once}");
        let document = once.document();
        for name in ["first", "last"] {
            let found = document.tables.iter().find(|table| table.name == name);
            assert_eq!(found.map(|table| table.status), Some(Status::Exact), "{code}\n{once}");
        }
        let others = ["a_first.py", "c_last.py"];
        let blamed = document.diagnostics.iter().filter_map(|item| item.place.as_ref());
        assert_eq!(blamed.filter(|place| others.contains(&place.path.as_str())).count(), 0, "{code}\n{once}");
    }
}
