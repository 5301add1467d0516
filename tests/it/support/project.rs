use std::{fs, path::Path};

use belljar_schema::Document;
use tempfile::TempDir;

use super::{Belljar, Run};

/// A file that is right, to stand next to others that are not.
pub(crate) const GOOD: (&str, &str) = (
    "good.py",
    "
from sqlalchemy import Column, Integer, MetaData, Table

metadata = MetaData()
good = Table('good', metadata, Column('id', Integer, primary_key=True))
",
);

/// A project with [`GOOD`] and further files.
pub(crate) fn good_and(others: &[(&'static str, &'static str)]) -> Project {
    assert!(!others.is_empty());
    let mut files = vec![GOOD];
    files.extend(others);
    Project::new(&files)
}

/// A few files in a folder of their own.
pub(crate) struct Project(TempDir);

impl Project {
    /// Paths and texts. A text begins on the line after the quote, so that lines can be counted: the first is 2.
    #[track_caller]
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        assert!(!files.is_empty(), "a project without files proves nothing");
        let root = tempfile::tempdir().unwrap();
        write_all(root.path(), files);
        Self(root)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `belljar extract` from within.
    #[track_caller]
    pub(crate) fn extract(&self, arguments: &[&str]) -> Run {
        Belljar::extract(self.path(), arguments).run()
    }

    /// The output as text.
    #[track_caller]
    pub(crate) fn text(&self) -> Run {
        self.extract(&["--format", "text"])
    }

    /// The JSON form, read back; there has to be something in it.
    #[track_caller]
    pub(crate) fn document(&self) -> Document {
        let document = self.extract(&["--format", "json"]).exits_with(0).document();
        assert!(
            !document.tables.is_empty(),
            "no table: {:#?} {:#?}",
            document.unresolved,
            document.diagnostics
        );
        document
    }
}

pub(crate) fn write_all(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
