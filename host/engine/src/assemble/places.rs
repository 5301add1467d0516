//! Where tables, columns and classes are declared.

use std::collections::BTreeMap;

use belljar_discover::{ClassDecl, StaticIndex};
use belljar_frames as frames;
use belljar_schema::Place;

use crate::collect::Findings;

/// What the code says, with the names that one run gave to the files.
pub(super) struct Places<'a> {
    index: &'a StaticIndex,
    /// Path of each module that ran. Two import roots may use one name for different modules, and one file may be
    /// imported by another name than the one it was found by.
    paths: BTreeMap<&'a str, &'a str>,
}

impl<'a> Places<'a> {
    pub(super) fn new(index: &'a StaticIndex, findings: &'a Findings) -> Self {
        let paths = findings.started.iter().map(|module| (module.name.as_str(), module.path.as_str()));
        Self { index, paths: paths.collect() }
    }

    /// Where a class is declared.
    pub(super) fn class(&self, class: &frames::ClassRef) -> Option<Place> {
        self.declaration(class).map(|found| Place { path: found.path.clone(), line: found.line })
    }

    /// Where an attribute of a class is declared: in the class itself, or in the nearest base that has it.
    pub(super) fn attribute(&self, class: &frames::Class, attribute: &str) -> Option<Place> {
        class.lineage.iter().find_map(|base| {
            let class = self.declaration(base)?;
            Some(Place { path: class.path.clone(), line: class.attribute_line(attribute)? })
        })
    }

    /// The file of a module; the name itself where it is not known.
    pub(super) fn path<'b>(&'b self, module: &'b str) -> &'b str {
        self.paths.get(module).copied().unwrap_or(module)
    }

    fn declaration(&self, class: &frames::ClassRef) -> Option<&'a ClassDecl> {
        match self.paths.get(class.module.as_str()) {
            Some(path) => self.index.class_at(path, &class.name),
            None => self.index.class(&class.module, &class.name),
        }
    }
}

/// A place as the schema has it.
pub(super) fn place(place: frames::Place) -> Place {
    Place { path: place.path, line: place.line }
}

/// `module:Class`.
pub(super) fn qualified(class: &frames::ClassRef) -> String {
    format!("{}:{}", class.module, class.name)
}
