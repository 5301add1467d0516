use std::{path::Path, process::Command};

/// Makes an SQLite database with Python's SQLite.
#[track_caller]
pub(crate) fn sqlite(path: &Path, statements: &str) {
    let script =
        "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1])\nd.executescript(sys.argv[2])\nd.commit()";
    let done = Command::new("python3").args(["-c", script]).arg(path).arg(statements).status().unwrap();
    assert!(done.success(), "{statements}");
}
