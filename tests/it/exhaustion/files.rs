//! Files that take more than they may: many, large, nested, and what code does with them.

use std::{fs, time::Duration};

use belljar_schema::{Document, Status};

use crate::support::{GOOD, Project, Tar, good_and, gzip, measured, zipped};

/// The good file is exact, whatever lies beside it.
#[track_caller]
fn good(document: &Document) {
    let good = document.tables.iter().find(|table| table.name == "good").expect("the good file is lost");
    assert_eq!(good.status, Status::Exact);
}

fn said(document: &Document, code: &str) -> usize {
    document.diagnostics.iter().filter(|item| item.code == code).count()
}

/// A file of 1 GiB without a byte of it on the disk.
#[test]
fn a_huge_file_that_is_not_there() {
    let project = good_and(&[("data.txt", "")]);
    for name in ["models.py", "data.bin", "pyproject.toml", "requirements.txt", ".gitignore"] {
        fs::File::create(project.path().join(name)).unwrap().set_len(1 << 30).unwrap();
    }
    let found = measured("sparse files of 1 GiB", project.path(), &["--format", "json"]);
    let document = found.run.exits_with(0).document();
    good(&document);
    assert!(said(&document, "file-too-large") >= 1, "{:#?}", document.diagnostics);
    assert!(found.peak < 400, "{} MiB", found.peak);
}

/// A listing that is held costs the host nothing for each name in it.
#[test]
fn listings_that_are_held() {
    let names: Vec<String> =
        (0..20_000).map(|n| format!("many/a_name_that_is_rather_long_{n:06}.txt")).collect();
    let harm = "
import os
from sqlalchemy import *
metadata = MetaData()
Table('harm', metadata, Column('id', Integer))
held = [os.scandir(os.path.dirname(__file__) + '/many') for _ in range(450)]
Table(f'control {len(list(held[0]))}', metadata, Column('id', Integer))
";
    let mut files = vec![GOOD, ("models.py", harm)];
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    let project = Project::new(&files);
    let found = measured("450 listings of 20,000 names", project.path(), &["--format", "json"]);
    let document = found.run.exits_with(0).document();
    good(&document);
    assert!(document.tables.iter().any(|table| table.name == "control 20000"), "{document:#?}");
    assert!(found.peak < 300, "{} MiB", found.peak);
}

/// Files that are open count until they are closed, and are refused beyond the limit.
#[test]
fn files_that_are_held_open() {
    let large = "x".repeat(7 << 20);
    let harm = "
import errno, os
from sqlalchemy import *
metadata = MetaData()
held = []
try:
    while True: held.append(os.open(os.path.dirname(__file__) + '/large.txt', os.O_RDONLY))
except OSError as error:
    Table(f'{len(held)} {errno.errorcode[error.errno]}', metadata, Column('id', Integer))
for file in held: os.close(file)
again = os.open(os.path.dirname(__file__) + '/large.txt', os.O_RDONLY)
Table(f'control {len(os.read(again, 9))}', metadata, Column('id', Integer))
";
    let project = Project::new(&[GOOD, ("models.py", harm), ("large.txt", &large)]);
    let found = measured("256 MiB of open files", project.path(), &["--format", "json"]);
    let document = found.run.exits_with(0).document();
    good(&document);
    let names: Vec<_> = document.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["36 ENOMEM", "control 9", "good"]);
    assert_eq!(said(&document, "reads"), 1);
    assert!(found.peak < 600, "{} MiB", found.peak);
}

/// An archive in an archive is a file like any other: nobody unpacks it.
#[test]
fn nested_archives() {
    let mut inner = zipped(&[("models.py", "from sqlalchemy import *\nTable('inner', MetaData())")]);
    for _ in 0..30 {
        inner = Tar::with_files("deep", &[GOOD]).file("deep/inner.zip", &inner).finish();
        inner = gzip(&inner);
    }
    let project = good_and(&[("data.txt", "")]);
    fs::write(project.path().join("inner.tar.gz"), &inner).unwrap();
    let found = measured("thirty nested archives", project.path(), &["inner.tar.gz", "--format", "json"]);
    let document = found.run.exits_with(0).document();
    assert_eq!(document.tables.len(), 1, "{document:#?}");
    good(&document);
}

/// A few kilobytes that unpack to gigabytes are cut at the limit, and what was read is kept.
#[test]
fn an_archive_that_swells() {
    let zeros = vec![0; 6 << 20];
    let mut tar = Tar::with_files("a", &[GOOD]);
    for n in 0..60 {
        tar = tar.file(&format!("a/{n}.py"), &zeros);
    }
    let project = good_and(&[("data.txt", "")]);
    fs::write(project.path().join("bomb.tar.gz"), gzip(&tar.finish())).unwrap();
    let found = measured("360 MiB of zeros", project.path(), &["bomb.tar.gz", "--format", "json"]);
    assert!(found.run.code == 0 || found.run.code == 1, "{}", found.run);
    good(&found.run.document());
    assert!(found.peak < 1000, "{} MiB", found.peak);
}

/// There is a run for each import root; together they have a bound, and what was found is kept.
#[test]
fn more_import_roots_than_there_is_time_for() {
    let models: Vec<(String, String)> = (0..400)
        .map(|n| {
            let text = format!(
                "from sqlalchemy import *\nm = MetaData()\nTable('t{n:03}', m, Column('id', Integer))\n"
            );
            let endless = if n == 0 { "" } else { "while True: pass\n" };
            (format!("d{n:03}/m{n:03}.py"), text + endless)
        })
        .collect();
    let files: Vec<_> = models.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new(&files);
    let found = measured(
        "400 endless import roots",
        project.path(),
        &["--format", "json", "--fuel", "1000000000", "--timeout", "2s"],
    );
    let document = found.run.exits_with(1).document();
    assert!(document.tables.iter().any(|table| table.name == "t000"), "what came before is kept");
    assert_eq!(document.tables.len() + document.unresolved.len(), 400, "every table is made or listed");
    // Eight times what one run may use, and what it takes to read and to write.
    assert!(found.elapsed < Duration::from_secs(16 + 15), "{:?}", found.elapsed);
}

/// Nothing is found where the only file is too large, and it is not said that it does not mention SQLAlchemy.
#[test]
fn a_source_over_its_size_alone() {
    let project = Project::new(&[("models.py", &format!("import sqlalchemy\n{}", "#".repeat(5 << 20)))]);
    let run = project.extract(&[]).exits_with(2);
    let expected = "scanned 1 files, 1 of them Python, of which 1 could not be read or are too large";
    assert!(run.stderr.contains(expected), "{run}");
}

#[test]
#[ignore = "long: make soak"]
fn two_hundred_thousand_files() {
    let project = good_and(&[("data.txt", "")]);
    let folder = project.path().join("many");
    fs::create_dir(&folder).unwrap();
    for n in 0..199_990 {
        fs::write(folder.join(format!("m{n}.py")), "").unwrap();
    }
    let found = measured("200,000 files", project.path(), &["--format", "json"]);
    good(&found.run.exits_with(0).document());
    assert!(found.peak < 1500, "{} MiB", found.peak);
    for n in 0..20 {
        fs::write(folder.join(format!("more{n}.py")), "").unwrap();
    }
    let found = measured("more than 200,000 files", project.path(), &["--format", "json"]);
    assert!(found.run.exits_with(2).stderr.contains("more than 200000 files"));
}

#[test]
#[ignore = "long: make soak"]
fn a_model_with_a_million_lines() {
    let mut text =
        "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('id', Integer))\n".to_owned();
    // Four bytes a line: a file of source may have 4 MiB.
    text.push_str(&"x=1\n".repeat(1_000_000));
    text.push_str("Table('u', m, Column('id', Integer))\n");
    let project = Project::new(&[GOOD, ("long.py", &text)]);
    let found = measured("a million lines", project.path(), &["--format", "json"]);
    let document = found.run.document();
    good(&document);
    assert!(found.peak < 2500, "{} MiB", found.peak);
    let failed = document
        .diagnostics
        .iter()
        .any(|item| item.place.as_ref().is_some_and(|place| place.path == "long.py"));
    assert!(failed || document.tables.len() == 3, "{document:#?}");
}
