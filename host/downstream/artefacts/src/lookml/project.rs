use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Diagnostic, Severity};

use super::{Explore, FieldKind, File, View, constants::Constants};

/// The maximum length of a chain of `extends`.
const LONGEST_CHAIN: usize = 50;

/// The maximum number of fields and joins that extending may add in a project: extending multiplies.
const MOST_INHERITED: usize = 250_000;

/// The files of a project, combined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// Views by name, without those that can only be extended; with everything inherited and refined.
    pub views: BTreeMap<String, View>,
    /// Explores by name, likewise.
    pub explores: BTreeMap<String, Explore>,
    /// Connections of the models, each once.
    pub connections: Vec<String>,
    /// Views by the names in joins of explores, if all explores agree.
    pub aliases: BTreeMap<String, String>,
    /// Constants by name; of two, the first is used.
    pub constants: BTreeMap<String, String>,
    /// Diagnostics about names that are declared more than once.
    pub diagnostics: Vec<Diagnostic>,
    /// The fields of each view, and whether they are groups of dimensions: each reference looks one up.
    pub(crate) names: BTreeMap<String, BTreeMap<String, bool>>,
}

fn names(view: &View) -> BTreeMap<String, bool> {
    let mut out = BTreeMap::new();
    for field in &view.fields {
        *out.entry(field.name.clone()).or_default() |= field.kind == FieldKind::DimensionGroup;
    }
    out
}

impl Project {
    /// Combines files in the given order; the order of their paths always gives the same project.
    ///
    /// `include` is not followed. A name that two models declare differently is reported, and the first is used.
    pub fn from_files(files: &[File]) -> Self {
        let mut project = Self::default();
        for connection in files.iter().filter_map(|file| file.connection.as_ref()) {
            if !project.connections.contains(connection) {
                project.connections.push(connection.clone());
            }
        }
        let views = project.declared(files.iter().flat_map(|file| &file.views).cloned());
        let explores = project.declared(files.iter().flat_map(|file| &file.explores).cloned());
        project.views = project.extended(&views);
        project.explores = project.extended(&explores);
        for (name, value) in files.iter().flat_map(|file| &file.constants) {
            project.constants.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let mut constants = Constants::new(&project.constants);
        project.views.values_mut().for_each(|view| constants.put_into_view(view));
        project.explores.values_mut().for_each(|explore| constants.put_into_explore(explore));
        project.aliases = project.joined_as();
        project.names = project.views.iter().map(|(name, view)| (name.clone(), names(view))).collect();
        project
    }

    /// The view for a name: its own, else the one that explores join by this name.
    pub fn view_of<'a>(&'a self, name: &'a str) -> &'a str {
        if self.views.contains_key(name) { name } else { self.aliases.get(name).map_or(name, String::as_str) }
    }

    fn joined_as(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for explore in self.explores.values() {
            let base = explore.view.as_deref().map(|view| (explore.name.as_str(), view));
            let joins =
                explore.joins.iter().filter_map(|join| Some((join.name.as_str(), join.view.as_deref()?)));
            for (alias, view) in base.into_iter().chain(joins) {
                all.entry(alias).or_default().insert(view);
            }
        }
        let one = |(alias, views): (&str, BTreeSet<&str>)| match views.len() {
            1 => views.first().map(|view| (alias.to_owned(), (*view).to_owned())),
            _ => None,
        };
        all.into_iter().filter_map(one).collect()
    }

    /// All declarations by name, with their refinements.
    fn declared<T: Extends>(&mut self, all: impl Iterator<Item = T>) -> BTreeMap<String, T> {
        let mut out: BTreeMap<String, T> = BTreeMap::new();
        let mut refinements = Vec::new();
        for one in all {
            if one.is_refinement() {
                refinements.push(one);
                continue;
            }
            match out.get(one.name()) {
                None => {
                    out.insert(one.name().to_owned(), one);
                }
                Some(first) => {
                    let message =
                        format!("{} `{}` is already declared in `{}`", T::KIND, one.name(), first.path());
                    self.warn(
                        "lookml-declared-twice",
                        &one,
                        message,
                        "the first is used; rename one of them",
                    );
                }
            }
        }
        for refinement in refinements {
            if let Some(refined) = out.get_mut(refinement.name()) {
                refined.refine(refinement);
            } else {
                let message =
                    format!("it refines {} `{}`, which no file declares", T::KIND, refinement.name());
                self.warn(
                    "lookml-refines-nothing",
                    &refinement,
                    message,
                    "pass the file that declares it too",
                );
                // Its own additions are known, and may be complete.
                out.insert(refinement.name().to_owned(), refinement);
            }
        }
        out
    }

    fn extended<T: Extends>(&mut self, declared: &BTreeMap<String, T>) -> BTreeMap<String, T> {
        let mut out = BTreeMap::new();
        let mut inherited = 0;
        for one in declared.values() {
            let mut whole = one.clone();
            let mut seen = vec![one.name().to_owned()];
            // Later entries of `extends` take precedence over earlier ones.
            let mut next: Vec<String> = one.extends().to_vec();
            while let Some(parent) = next.pop() {
                if seen.contains(&parent) {
                    continue;
                }
                if seen.len() > LONGEST_CHAIN {
                    let message =
                        format!("{} `{}` extends more than {LONGEST_CHAIN} others", T::KIND, one.name());
                    self.warn("lookml-extends-too-many", one, message, "the others are ignored");
                    break;
                }
                let Some(found) = declared.get(&parent) else {
                    let message =
                        format!("{} `{}` extends `{parent}`, which no file declares", T::KIND, one.name());
                    self.warn("lookml-extends-nothing", one, message, "pass the file that declares it too");
                    continue;
                };
                inherited += found.size();
                if inherited > MOST_INHERITED {
                    let message =
                        format!("extending adds more than {MOST_INHERITED} fields; the rest is ignored");
                    self.warn("lookml-extends-too-many", one, message, "");
                    return out;
                }
                whole.inherit(found);
                next.extend(found.extends().iter().cloned());
                seen.push(parent);
            }
            if !one.is_only_extended() {
                out.insert(one.name().to_owned(), whole);
            }
        }
        out
    }

    fn warn<T: Extends>(&mut self, code: &str, one: &T, message: String, hint: &str) {
        const MOST: usize = 200;
        if self.diagnostics.len() < MOST {
            let diagnostic = Diagnostic::new(Severity::Warning, code, message).at(one.path(), one.line());
            self.diagnostics.push(if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) });
        }
    }
}

/// A declaration that can be extended and refined.
trait Extends: Clone {
    const KIND: &'static str;
    fn name(&self) -> &str;
    fn path(&self) -> &str;
    fn line(&self) -> u32;
    fn is_refinement(&self) -> bool;
    fn is_only_extended(&self) -> bool;
    fn extends(&self) -> &[String];
    /// Number of its entries.
    fn size(&self) -> usize;
    /// Inherits from `parent` what it does not declare itself.
    fn inherit(&mut self, parent: &Self);
    /// Takes over all declarations of `other`.
    fn refine(&mut self, other: Self);
}

impl Extends for View {
    const KIND: &'static str = "view";

    fn name(&self) -> &str {
        &self.name
    }
    fn path(&self) -> &str {
        &self.place.path
    }
    fn line(&self) -> u32 {
        self.place.line
    }
    fn is_refinement(&self) -> bool {
        self.refinement
    }
    fn is_only_extended(&self) -> bool {
        self.extension_required
    }
    fn extends(&self) -> &[String] {
        &self.extends
    }
    fn size(&self) -> usize {
        self.fields.len() + 1
    }

    fn inherit(&mut self, parent: &Self) {
        if self.table.is_none() && self.derived.is_none() {
            self.table.clone_from(&parent.table);
            self.derived.clone_from(&parent.derived);
        }
        merge(
            &mut self.fields,
            parent.fields.clone(),
            |field| field.name.clone(),
            |own, parent| {
                if own.sql.is_empty() {
                    own.sql = parent.sql;
                }
                own.ty = own.ty.take().or(parent.ty);
                if own.fields.is_empty() {
                    own.fields = parent.fields;
                }
            },
        );
    }

    fn refine(&mut self, other: Self) {
        self.table = other.table.or_else(|| self.table.take());
        self.derived = other.derived.or_else(|| self.derived.take());
        self.extends.extend(other.extends);
        merge(
            &mut self.fields,
            other.fields,
            |field| field.name.clone(),
            |own, other| {
                if !other.sql.is_empty() {
                    own.sql = other.sql;
                }
                own.ty = other.ty.or_else(|| own.ty.take());
                own.fields.extend(other.fields);
                own.place = other.place;
            },
        );
    }
}

impl Extends for Explore {
    const KIND: &'static str = "explore";

    fn name(&self) -> &str {
        &self.name
    }
    fn path(&self) -> &str {
        &self.place.path
    }
    fn line(&self) -> u32 {
        self.place.line
    }
    fn is_refinement(&self) -> bool {
        self.refinement
    }
    fn is_only_extended(&self) -> bool {
        self.extension_required
    }
    fn extends(&self) -> &[String] {
        &self.extends
    }
    fn size(&self) -> usize {
        self.joins.len() + 1
    }

    fn inherit(&mut self, parent: &Self) {
        // An explore that extends another starts from the same view.
        if self.view.is_none() {
            self.view = parent.view.clone().or_else(|| Some(parent.name.clone()));
        }
        self.conditions.extend(parent.conditions.iter().cloned());
        merge(
            &mut self.joins,
            parent.joins.clone(),
            |join| join.name.clone(),
            |own, parent| {
                if own.conditions.is_empty() {
                    own.conditions = parent.conditions;
                }
                own.view = own.view.take().or(parent.view);
                own.foreign_key = own.foreign_key.take().or(parent.foreign_key);
            },
        );
    }

    fn refine(&mut self, other: Self) {
        self.view = other.view.or_else(|| self.view.take());
        self.extends.extend(other.extends);
        self.conditions.extend(other.conditions);
        self.fields.extend(other.fields);
        merge(
            &mut self.joins,
            other.joins,
            |join| join.name.clone(),
            |own, other| {
                if !other.conditions.is_empty() {
                    own.conditions = other.conditions;
                }
                own.view = other.view.or_else(|| own.view.take());
            },
        );
    }
}

/// Adds new entries by name, and merges existing ones.
fn merge<T>(own: &mut Vec<T>, other: Vec<T>, name: impl Fn(&T) -> String, join: impl Fn(&mut T, T)) {
    let at: BTreeMap<String, usize> = own.iter().enumerate().map(|(at, one)| (name(one), at)).collect();
    for one in other {
        match at.get(&name(&one)).and_then(|at| own.get_mut(*at)) {
            Some(existing) => join(existing, one),
            None => own.push(one),
        }
    }
}
