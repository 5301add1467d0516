//! Files of SQLite, made by SQLite itself (through Python), and files that are none.

use std::{fs, path::Path, process::Command};

use belljar_connect::{HostPattern, Policy, SchemaRow, SqliteError, read_sqlite};

/// A file that Python's SQLite makes; `None` on a machine without Python.
fn made(path: &Path, script: &str) -> Option<()> {
    let prelude = format!("import sqlite3\nd = sqlite3.connect({:?})\n", path.display().to_string());
    let done =
        Command::new("python3").args(["-c", &format!("{prelude}{script}\nd.commit()\n")]).status().ok()?;
    done.success().then_some(())
}

fn read(path: &Path) -> Result<(Vec<SchemaRow>, bool), SqliteError> {
    read_sqlite(path, &Policy::default())
}

fn texts(row: &SchemaRow) -> Vec<&str> {
    row.iter().map(|text| text.as_deref().unwrap_or("(null)")).collect()
}

#[test]
fn what_sqlite_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for (encoding, page) in [("UTF-8", 4096), ("UTF-16le", 512), ("UTF-16be", 65_536)] {
        let path = folder.path().join(format!("{encoding}.db"));
        let long = "x".repeat(20_000);
        let script = format!(
            "d.execute('PRAGMA encoding = \"{encoding}\"')\n\
             d.execute('PRAGMA page_size = {page}')\n\
             for n in range(300): d.execute(f'CREATE TABLE t_{{n}} (a INTEGER PRIMARY KEY, ä TEXT UNIQUE)')\n\
             d.execute('CREATE TABLE \"long\" (a TEXT DEFAULT \\'{long}\\')')\n\
             d.execute('CREATE VIEW v AS SELECT 1')"
        );
        let Some(()) = made(&path, &script) else { return };
        let (rows, has_log) = read(&path).unwrap();
        assert!(!has_log);
        assert_eq!(rows.len(), 602, "{encoding}");
        assert_eq!(
            texts(&rows[0]),
            ["table", "t_0", "t_0", "CREATE TABLE t_0 (a INTEGER PRIMARY KEY, ä TEXT UNIQUE)"]
        );
        assert_eq!(texts(&rows[1]), ["index", "sqlite_autoindex_t_0_1", "t_0", "(null)"]);
        let own = rows.iter().find(|row| row[1].as_deref() == Some("long")).unwrap();
        assert_eq!(own[3].as_deref().unwrap(), format!("CREATE TABLE \"long\" (a TEXT DEFAULT '{long}')"));
        assert_eq!(texts(&rows[601]), ["view", "v", "v", "CREATE VIEW v AS SELECT 1"]);
    }
}

#[test]
fn a_log_that_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let script = "d.execute('PRAGMA journal_mode = wal')\n\
                  d.execute('CREATE TABLE t (a)')\nd.commit()\nimport os\nos._exit(0)";
    let Some(()) = made(&path, script) else { return };
    assert!(read(&path).unwrap().1);
}

/// An interrupted transaction has already written to the file what SQLite would undo.
#[test]
fn a_journal_that_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["delete", "truncate", "persist"] {
        let path = folder.path().join(format!("{mode}.db"));
        let done = format!("d.execute('PRAGMA journal_mode = {mode}')\nd.execute('CREATE TABLE t (a)')");
        let Some(()) = made(&path, &done) else { return };
        let (rows, is_unsure) = read(&path).unwrap();
        assert_eq!((rows.len(), is_unsure), (1, false), "{mode}");
        let interrupted = format!(
            "d.execute('PRAGMA journal_mode = {mode}')\nd.execute('PRAGMA cache_size = 1')\n\
             d.execute('BEGIN')\n\
             for n in range(300): d.execute(f'CREATE TABLE t_{{n}} (a)')\n\
             import os\nos._exit(0)"
        );
        made(&path, &interrupted).unwrap();
        assert!(read(&path).unwrap().1, "{mode}");
    }
}

#[test]
fn files_that_are_none_or_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    assert!(matches!(read(&path), Err(SqliteError::Read(_))));
    assert!(matches!(read(folder.path()), Err(SqliteError::NotSqlite | SqliteError::Read(_))));
    for text in [&b""[..], b"SQLite format 3", &[0; 5000]] {
        fs::write(&path, text).unwrap();
        assert!(matches!(read(&path), Err(SqliteError::NotSqlite)));
    }
    fs::remove_file(&path).unwrap();
    let Some(()) = made(&path, "for n in range(50): d.execute(f'CREATE TABLE t_{n} (a)')") else { return };
    let whole = fs::read(&path).unwrap();
    // Whatever is damaged, reading ends, and gives rows or an error.
    for at in (0..110).chain((110..whole.len().min(8192)).step_by(29)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        fs::write(&path, &bytes).unwrap();
        let _ = read(&path);
        fs::write(&path, &whole[..at]).unwrap();
        let _ = read(&path);
    }
}

#[test]
fn files_that_are_not_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let Some(()) = made(&path, "d.execute('CREATE TABLE t (a)')") else { return };
    let only = |text: &str| Policy::only(HostPattern::parse(text).into_iter().collect());
    assert!(read_sqlite(&path, &only(folder.path().to_str().unwrap())).is_ok());
    for refused in [only("db.example.com"), only("/elsewhere"), Policy::only(vec![])] {
        assert!(matches!(read_sqlite(&path, &refused), Err(SqliteError::NotAllowed(_))));
    }
}

/// Nobody writes to it, and nothing waits for that.
#[test]
fn a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    if !Command::new("mkfifo").arg(&path).status().is_ok_and(|done| done.success()) {
        return;
    }
    assert!(matches!(read(&path), Err(SqliteError::Read(_))));
}
