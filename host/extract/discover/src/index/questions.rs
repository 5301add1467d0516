//! Names by which code can read properties of its environment.

use std::{collections::BTreeSet, sync::LazyLock};

use ruff_python_ast::Expr;

use super::expr::{dotted, last};
use crate::shadowed;

/// A file with none of these reads nothing. The most frequent ones come first.
pub(super) const MAY_ASK: [&str; 42] = [
    "os",
    "time",
    "sys",
    "__debug__",
    "__file__",
    "__loader__",
    "__main__",
    "__sizeof__",
    "__spec__",
    "__subclasses__",
    "argparse",
    "basicsize",
    "co_filename",
    "cookiejar",
    "ctypes",
    "email.utils",
    "environ",
    "errno",
    "expanduser",
    "expandvars",
    "gc",
    "getnode",
    "getpass",
    "inspect",
    "itemsize",
    "logging",
    "now(",
    "optparse",
    "platform",
    "posix",
    "pwd",
    "random",
    "resource",
    "secrets",
    "socket",
    "sqlalchemy.util",
    "struct",
    "tempfile",
    "today(",
    "traceback",
    "utcnow",
    "uuid1",
];

/// Arguments of a column that are Boolean.
pub(super) const FLAGS: [&str; 5] = ["autoincrement", "index", "nullable", "primary_key", "unique"];

/// Names that distinguish interpreters.
const INTERPRETER: [&str; 42] = [
    "__debug__",
    "__main__",
    "argparse.ArgumentParser",
    "ctypes.sizeof",
    "gc.get_objects",
    "http.cookiejar.time2isoz",
    "http.cookiejar.time2netscape",
    "inspect.currentframe",
    "inspect.stack",
    "logging.LogRecord",
    "logging._startTime",
    "logging.makeLogRecord",
    "optparse.OptionParser",
    "os.cpu_count",
    "os.getpid",
    "os.name",
    "os.uname",
    "struct.calcsize",
    "sys._getframe",
    "sys._xoptions",
    "sys.abiflags",
    "sys.argv",
    "sys.builtin_module_names",
    "sys.byteorder",
    "sys.executable",
    "sys.flags",
    "sys.getprofile",
    "sys.getrefcount",
    "sys.getsizeof",
    "sys.gettrace",
    "sys.hash_info",
    "sys.implementation",
    "sys.maxsize",
    "sys.meta_path",
    "sys.modules",
    "sys.orig_argv",
    "sys.path_hooks",
    "sys.platform",
    "sys.thread_info",
    "traceback.extract_stack",
    "traceback.format_stack",
    "traceback.walk_stack",
];

/// The same, for whole modules.
const OF_MODULES: [&str; 4] = ["nt", "platform", "posix", "sysconfig"];

/// Further names whose values differ between environments: variables, folders, clocks, the network.
const SURROUNDINGS: [&str; 35] = [
    "__file__",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "email.utils.formatdate",
    "email.utils.localtime",
    "email.utils.make_msgid",
    "errno",
    "getpass.getuser",
    "nt.environ",
    "ntpath.expanduser",
    "ntpath.expandvars",
    "os.environ",
    "os.environb",
    "os.getcwd",
    "os.getenv",
    "os.getenvb",
    "os.getlogin",
    "os.path.expanduser",
    "os.path.expandvars",
    "os.sched_getaffinity",
    "os.times",
    "posix.environ",
    "posixpath.expanduser",
    "posixpath.expandvars",
    "pwd",
    "random",
    "resource",
    "secrets",
    "socket",
    "tempfile.gettempdir",
    "time",
    "uuid.getnode",
    "uuid.uuid1",
];

/// Properties of the interpreter that SQLAlchemy itself provides.
const OF_LIBRARY: [&str; 8] =
    ["arm", "cpython", "has_compiled_ext", "has_refcount_gc", "is64bit", "osx", "pypy", "win32"];

/// Attributes that distinguish interpreters, on any object.
const ATTRIBUTES: [&str; 6] =
    ["__basicsize__", "__itemsize__", "__loader__", "__sizeof__", "__spec__", "co_filename"];

/// Modules that other modules have imported, and that can be reached through those.
const PASSED_ON: [&str; 8] = ["nt", "os", "platform", "posix", "socket", "sys", "sysconfig", "time"];

/// Modules of the standard library that are loaded before any program.
const LOADED: [&str; 5] = ["abc", "codecs", "io", "os", "site"];

/// The first parts of all known names.
static TOPS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let all = INTERPRETER.iter().chain(&OF_MODULES).chain(&SURROUNDINGS).chain(&["sqlalchemy", "sys"]);
    all.filter_map(|name| name.split('.').next()).collect()
});

/// Whether a name may be a known one.
fn is_known(name: &str) -> bool {
    name.split('.').next().is_some_and(|top| TOPS.contains(top))
}

/// Whether a full name reads a property of the interpreter.
pub(super) fn is_of_interpreter(name: &str) -> bool {
    if !is_known(name) {
        return false;
    }
    let of_library = || {
        let rest = name.strip_prefix("sqlalchemy.util.");
        rest.and_then(|rest| rest.rsplit('.').next()).is_some_and(|last| OF_LIBRARY.contains(&last))
    };
    let is_in_module = OF_MODULES.iter().any(|known| is_within(name, known)) && !is_of_surroundings(name);
    name == "sys" || is_in_module || INTERPRETER.iter().any(|known| is_within(name, known)) || of_library()
}

/// Whether a full name reads a property of the surroundings.
pub(super) fn is_of_surroundings(name: &str) -> bool {
    SURROUNDINGS.iter().any(|known| is_within(name, known)) || name.split('.').any(|part| part == "__file__")
}

fn is_within(name: &str, whole: &str) -> bool {
    name.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a name reads something without an import.
pub(super) fn is_of_module(name: &str) -> bool {
    matches!(name, "__debug__" | "__file__")
}

/// `__file__` with a method, which no import binds either.
pub(super) fn own_file(expr: &Expr) -> Option<String> {
    let mut head = expr;
    while let Expr::Attribute(attribute) = head {
        head = &attribute.value;
    }
    let is_file = head.as_name_expr().is_some_and(|name| name.id.as_str() == "__file__");
    is_file.then(|| dotted(expr)).flatten()
}

/// The attribute, or the name of the module itself, that distinguishes interpreters.
pub(super) fn attribute(expr: &Expr) -> Option<&'static str> {
    if let Expr::Attribute(attribute) = expr
        && attribute.attr.as_str() == "itemsize"
        && let Expr::Call(call) = &*attribute.value
        && dotted(&call.func).is_some_and(|name| matches!(last(&name), "array" | "memoryview"))
    {
        return Some("itemsize");
    }
    find(expr, &ATTRIBUTES)
}

/// The same for properties of the surroundings.
pub(super) fn attribute_of_surroundings(expr: &Expr) -> Option<&'static str> {
    find(expr, &["__subclasses__"])
}

/// The known name among the last parts of an expression.
fn find(expr: &Expr, known: &[&'static str]) -> Option<&'static str> {
    let mut expr = expr;
    loop {
        let (name, rest) = match expr {
            Expr::Attribute(attribute) => (attribute.attr.as_str(), Some(&*attribute.value)),
            Expr::Name(name) => (name.id.as_str(), None),
            _ => return None,
        };
        if let Some(found) = known.iter().find(|known| **known == name) {
            return Some(*found);
        }
        expr = rest?;
    }
}

/// A full name without the modules through which another is reached: `os.environ` for `shutil.os.environ`.
pub(super) fn without_detour(name: &str) -> &str {
    let top = name.split('.').next().unwrap_or_default();
    // `datetime.time` is a class.
    if top == "datetime" || (!LOADED.contains(&top) && !shadowed::is_standard(top)) {
        return name;
    }
    let mut shortest = name;
    for (at, _) in name.match_indices('.') {
        let rest = name.get(at + 1..).unwrap_or_default();
        let (module, is_whole) = rest.split_once('.').map_or((rest, true), |(module, _)| (module, false));
        // `socket.socket` is a class.
        let is_member = is_whole && (shortest.len() < name.len() || module == top);
        if PASSED_ON.contains(&module) && !is_member {
            shortest = rest;
        }
    }
    shortest
}
