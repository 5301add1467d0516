//! Code that looks for what runs it, to be another than it is elsewhere. The guest's modules have no names, what the machine
//! shows is a Linux, and what the text asks openly puts the table in doubt.

use belljar_schema::Status;

use super::interference::{extract, options};

/// Whether a column of a model takes NULL, and whether the table is exact.
fn column(above: &str, nullable: &str) -> (bool, bool) {
    let model = format!(
        "from sqlalchemy import *\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n{above}\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    x = Column(Integer, nullable={nullable})\n"
    );
    let found = extract(&[("models.py", model.as_str())], &options()).document;
    let [table] = found.tables.as_slice() else { panic!("{model}\n{found:#?}") };
    (table.columns[1].nullable, table.status == Status::Exact)
}

#[test]
fn names_of_what_runs_it() {
    for (above, nullable) in [
        (
            "import sys",
            "any('belljar' in name or 'wit_world' in name or 'componentize' in name for name in sys.modules)",
        ),
        ("import sys", "'belljar_guest' in sys.modules"),
        ("import platform", "platform.system() != 'Linux'"),
        ("import sysconfig", "'wasi' in sysconfig.get_platform()"),
        ("import sys", "sys.platform != 'linux'"),
        ("import sys", "'wasi' in sys.implementation._multiarch"),
    ] {
        assert_eq!(column(above, nullable), (false, false), "{above}: {nullable}");
    }
    // The control.
    assert_eq!(column("import sys", "'sqlalchemy' not in list(map(str, [1]))"), (true, true));
}

/// What is not there elsewhere is not there here: it takes the branch that it takes there.
#[test]
fn imports_of_what_runs_it() {
    for name in
        ["belljar_guest", "belljar_guest.frames", "belljar_snapshot.stored", "belljar_app", "wit_world"]
    {
        let above =
            format!("try:\n    import {name}\n    here = True\nexcept ImportError:\n    here = False");
        assert!(!column(&above, "here").0, "{name}");
    }
}
