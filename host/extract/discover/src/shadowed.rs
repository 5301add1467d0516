//! Names of modules in a project that take precedence over the intended ones.

/// The other meaning of a name at the top of a directory that imports start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shadowed {
    /// A library that SQLAlchemy or a driver imports if it is installed.
    Optional,
    /// A module of the standard library that programs import.
    Standard,
    /// A module that only tools import, under a name that projects use for their own.
    Ordinary,
}

/// The other meaning of this name, if any.
pub(crate) fn find_shadowed(name: &str) -> Option<Shadowed> {
    let found = |names: &[&str]| names.binary_search(&name).is_ok();
    if found(&OPTIONAL) {
        Some(Shadowed::Optional)
    } else if found(&STANDARD) {
        Some(Shadowed::Standard)
    } else {
        found(&ORDINARY).then_some(Shadowed::Ordinary)
    }
}

/// Whether a module of the standard library has this name.
pub(crate) fn is_standard(name: &str) -> bool {
    matches!(find_shadowed(name), Some(Shadowed::Standard | Shadowed::Ordinary))
}

/// Drivers, and optional dependencies of SQLAlchemy.
const OPTIONAL: [&str; 26] = [
    "MySQLdb",
    "aiomysql",
    "aioodbc",
    "aiosqlite",
    "asyncmy",
    "asyncpg",
    "cx_Oracle",
    "cymysql",
    "greenlet",
    "mako",
    "mariadb",
    "markupsafe",
    "mysql",
    "oracledb",
    "pg8000",
    "psycopg",
    "psycopg2",
    "psycopg2cffi",
    "psycopg_c",
    "psycopg_pool",
    "pymssql",
    "pymysql",
    "pyodbc",
    "pysqlcipher3",
    "sqlcipher3",
    "typing_extensions",
];

/// Modules of the standard library that are looked up on the path, without those that are built in or loaded before.
const STANDARD: [&str; 146] = [
    "argparse",
    "array",
    "ast",
    "asyncio",
    "base64",
    "bdb",
    "binascii",
    "bisect",
    "bz2",
    "cProfile",
    "calendar",
    "cmath",
    "codeop",
    "collections",
    "colorsys",
    "compileall",
    "concurrent",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "copyreg",
    "csv",
    "ctypes",
    "curses",
    "dataclasses",
    "datetime",
    "dbm",
    "decimal",
    "difflib",
    "dis",
    "doctest",
    "email",
    "enum",
    "fcntl",
    "filecmp",
    "fileinput",
    "fnmatch",
    "fractions",
    "ftplib",
    "functools",
    "getopt",
    "getpass",
    "gettext",
    "glob",
    "graphlib",
    "grp",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "imaplib",
    "inspect",
    "ipaddress",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "mailbox",
    "math",
    "mimetypes",
    "mmap",
    "modulefinder",
    "multiprocessing",
    "netrc",
    "nturl2path",
    "numbers",
    "opcode",
    "operator",
    "optparse",
    "pathlib",
    "pdb",
    "pickle",
    "pickletools",
    "pkgutil",
    "platform",
    "plistlib",
    "poplib",
    "pprint",
    "pstats",
    "pty",
    "py_compile",
    "pyclbr",
    "pyexpat",
    "queue",
    "quopri",
    "random",
    "re",
    "readline",
    "reprlib",
    "rlcompleter",
    "sched",
    "secrets",
    "select",
    "selectors",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "statistics",
    "string",
    "stringprep",
    "struct",
    "subprocess",
    "symtable",
    "sysconfig",
    "syslog",
    "tabnanny",
    "tarfile",
    "tempfile",
    "termios",
    "textwrap",
    "threading",
    "timeit",
    "token",
    "tokenize",
    "tomllib",
    "traceback",
    "tracemalloc",
    "tty",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "wave",
    "weakref",
    "webbrowser",
    "wsgiref",
    "xml",
    "xmlrpc",
    "zipapp",
    "zipfile",
    "zlib",
    "zoneinfo",
];

/// The same for modules of tools.
const ORDINARY: [&str; 5] = ["cmd", "code", "profile", "resource", "trace"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for names in [&OPTIONAL[..], &STANDARD, &ORDINARY] {
            assert!(names.is_sorted());
        }
        assert_eq!(find_shadowed("calendar"), Some(Shadowed::Standard));
        assert_eq!(find_shadowed("cx_Oracle"), Some(Shadowed::Optional));
        for name in ["sys", "time", "os", "test", "tests", "shop", "distutils"] {
            assert_eq!(find_shadowed(name), None, "{name}");
        }
    }
}
