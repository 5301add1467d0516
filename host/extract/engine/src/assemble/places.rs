//! Where tables, columns and classes are declared.

use std::{cell::RefCell, collections::BTreeMap, ptr, rc::Rc};

use belljar_discover::{ClassDecl, StaticIndex};
use belljar_frames as frames;
use belljar_schema::Place;

use crate::collect::Findings;

/// The static index, with the module names that one run gave to the files.
pub(super) struct Places<'a> {
    index: &'a StaticIndex,
    /// Path of each module that ran. Two import roots may use one name for different modules, and one file may be
    /// imported by another name than the one it was found by.
    paths: BTreeMap<&'a str, &'a str>,
    /// The line of each attribute, by the declaration: many tables may have it among their bases.
    lines: RefCell<BTreeMap<*const ClassDecl, Lines<'a>>>,
}

/// The line of each attribute of a class.
type Lines<'a> = Rc<BTreeMap<&'a str, u32>>;

/// How many classes a lineage is believed to have. Python's own rarely has ten.
const LONGEST_LINEAGE: usize = 100;

impl<'a> Places<'a> {
    pub(super) fn new(index: &'a StaticIndex, findings: &'a Findings) -> Self {
        let paths = findings.started.iter().map(|module| (module.name.as_str(), module.path.as_str()));
        Self { index, paths: paths.collect(), lines: RefCell::default() }
    }

    /// Where a class is declared.
    pub(super) fn class(&self, class: &frames::ClassRef) -> Option<Place> {
        self.declaration(class).map(|found| Place { path: found.path.clone(), line: found.line })
    }

    fn lines(&self, class: &'a ClassDecl) -> Lines<'a> {
        // The last of a name counts, as in Python.
        let all = || class.attributes.iter().map(|found| (found.name.as_str(), found.line)).collect();
        let mut known = self.lines.borrow_mut();
        Rc::clone(known.entry(ptr::from_ref(class)).or_insert_with(|| Rc::new(all())))
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

/// A mapped class with where its attributes are declared.
pub(super) struct Owner<'f, 'a> {
    /// The attribute that each column is mapped to, the first if there are several.
    attributes: BTreeMap<&'f str, &'f str>,
    /// The class itself and its bases, the nearest first.
    lineage: Vec<(&'a ClassDecl, Lines<'a>)>,
}

impl<'f, 'a> Owner<'f, 'a> {
    pub(super) fn new(class: &'f frames::Class, places: &Places<'a>) -> Self {
        let columns = class.columns.iter().rev();
        let lineage = class.lineage.iter().take(LONGEST_LINEAGE);
        let declared = lineage.filter_map(|base| places.declaration(base));
        Self {
            attributes: columns.map(|item| (item.column.as_str(), item.attribute.as_str())).collect(),
            lineage: declared.map(|declared| (declared, places.lines(declared))).collect(),
        }
    }

    /// The attribute that a column is mapped to, and where it is declared: in the class itself, or in the nearest base
    /// that has it.
    pub(super) fn attribute(&self, column: &str) -> (Option<String>, Option<Place>) {
        let Some(attribute) = self.attributes.get(column) else { return (None, None) };
        let place = self.lineage.iter().find_map(|(class, lines)| {
            Some(Place { path: class.path.clone(), line: *lines.get(attribute)? })
        });
        (Some((*attribute).to_owned()), place)
    }
}

/// A place as the schema has it.
pub(super) fn place(place: frames::Place) -> Place {
    Place { path: place.path, line: place.line }
}

/// The qualified name of a class, as `module:Class`.
pub(super) fn qualified(class: &frames::ClassRef) -> String {
    format!("{}:{}", class.module, class.name)
}
