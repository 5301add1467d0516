use std::collections::BTreeSet;

use super::exports::{Exports, Offer};
use crate::{
    Reason,
    index::{Alias, ClassFacts, FileFacts, Origin, head_of_text, is_base_call, last},
    modules::Modules,
    scan::PyFile,
};

/// Classes of SQLAlchemy and SQLModel whose subclasses become a declarative base or a table.
const LIBRARY_BASES: [&str; 4] = ["DeclarativeBase", "DeclarativeBaseNoMeta", "SQLModel", "AutomapBase"];

/// Methods that run when a class is called or subclassed.
const AT_MAKING: [&str; 5] = ["__call__", "__class_getitem__", "__init__", "__init_subclass__", "__new__"];

/// Whether a name is that of an extension with a base class for models: `SQLAlchemy` of `db = SQLAlchemy()`.
fn is_extension(dotted: &str, file: &FileFacts, modules: &Modules) -> bool {
    last(dotted).contains("Alchemy") && file.names.origin(dotted, modules) == Origin::Library
}

/// Whether a class of another package is a base that turns an empty class into a table. Other packages are recognised
/// by the columns of their subclasses.
fn is_base_of_package(target: &str) -> bool {
    let (top, name) = (target.split('.').next().unwrap_or_default(), last(target));
    match top {
        "advanced_alchemy" => name.ends_with("Base") || name == "SQLQuery",
        // It re-exports the bases of Advanced Alchemy.
        "litestar" => target.contains("sqlalchemy") && name.ends_with("Base"),
        "neutron_lib" => name == "BASEV2",
        _ => false,
    }
}

/// The model classes of a repository, by module and name. Names are resolved by the imports of their file; a class that
/// a package only re-exports is found by its name.
#[derive(Debug, Default)]
pub(super) struct Models {
    known: BTreeSet<(String, String)>,
    names: BTreeSet<String>,
    /// Every class of the repository, model or not.
    defined: BTreeSet<(String, String)>,
    /// The names under which modules import models from each other, and functions that create them.
    exports: Exports,
    /// The body of a class does not make it a model; its bases do.
    by_bases: bool,
}

impl Models {
    /// All classes, and no models yet.
    pub(super) fn new(files: &[PyFile], modules: &Modules) -> Self {
        let mut models = Self { exports: Exports::new(files, modules), ..Self::default() };
        for file in files {
            let module = modules.dotted_name(&file.path);
            let names = file.outline.classes.iter();
            models.defined.extend(names.map(|name| (module.to_owned(), name.clone())));
        }
        models
    }

    /// The same, with only those classes as models that have a declarative base among their bases.
    pub(super) fn by_bases(&self) -> Self {
        let (defined, exports) = (self.defined.clone(), self.exports.emptied());
        Self { defined, exports, by_bases: true, ..Self::default() }
    }

    /// Whether a class is a model because of its bases.
    pub(super) fn is_declarative(&self, class: &ClassFacts, file: &FileFacts, modules: &Modules) -> bool {
        class.reason == Some(Reason::DeclarativeBase) || self.is_subclass(class, file, modules)
    }

    /// Whether some model class has this name.
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.contains(name) || LIBRARY_BASES.contains(&name)
    }

    fn add(&mut self, module: &str, name: &str) -> bool {
        self.names.insert(name.to_owned());
        self.exports.add(module, name, Offer::MODEL);
        self.known.insert((module.to_owned(), name.to_owned()))
    }

    /// Whether a file that seems unrelated to tables is related: it subclasses a class with the name of a model, or
    /// uses a related name of a module.
    pub(super) fn concern(&self, file: &PyFile, modules: &Modules) -> bool {
        self.exports.concern(file, modules)
    }

    /// Whether the limit on names was reached.
    pub(super) fn is_over_limit(&self) -> bool {
        self.exports.is_full()
    }

    fn is_known(&self, module: &str, name: &str) -> bool {
        self.known.contains(&(module.to_owned(), name.to_owned()))
    }

    /// Adds subclasses of models, until nothing is added.
    pub(super) fn close(&mut self, facts: &[FileFacts], modules: &Modules) {
        for file in facts {
            for class in &file.classes {
                let name = last(&class.decl.qualname);
                self.defined.insert((file.module.clone(), name.to_owned()));
                let is_base = class.reason == Some(Reason::DeclarativeBase);
                if class.reason.is_some() && (is_base || !self.by_bases) {
                    self.add(&file.module, name);
                }
            }
            for name in file.bases.keys() {
                self.add(&file.module, name);
            }
        }
        let mut grows = true;
        while grows {
            grows = false;
            for file in facts {
                for class in &file.classes {
                    let name = last(&class.decl.qualname);
                    if !self.is_known(&file.module, name) && self.is_subclass(class, file, modules) {
                        grows |= self.add(&file.module, name);
                    }
                }
                grows |= self.spread(file, modules);
            }
            grows |= self.exports.pass();
        }
    }

    /// Adds names that are assigned a model in a file, and functions that create some.
    fn spread(&mut self, file: &FileFacts, modules: &Modules) -> bool {
        let mut makers: Vec<&str> = file.makers.iter().map(String::as_str).collect();
        let made = file.classes.iter().filter(|class| class.decl.in_function);
        let made = made.filter(|class| class.reason.is_some() || self.is_subclass(class, file, modules));
        makers.extend(made.filter_map(|class| class.decl.qualname.split(".<locals>").next()));
        let dynamic = file.dynamic.iter().filter(|made| self.is_any_model(&made.bases, file, modules));
        makers.extend(dynamic.filter_map(|made| made.function.as_deref()));
        let mut grew = false;
        for maker in makers {
            grew |= self.exports.add(&file.module, maker, Offer::MAKER);
            // Calling or subclassing a class calls its constructors.
            if let Some((class, method)) = maker.rsplit_once('.')
                && AT_MAKING.contains(&method)
            {
                grew |= self.exports.add(&file.module, class, Offer::MAKER);
            }
        }
        for alias in &file.aliases {
            let offer = self.offer(alias, file, modules);
            grew |= offer.is_any() && self.exports.add(&file.module, &alias.name, offer);
            grew |= !alias.given && self.exports.share(file, &alias.name, &alias.source);
            if alias.called && is_extension(&alias.source, file, modules) {
                grew |= self.exports.add(&file.module, &format!("{}.Model", alias.name), Offer::MODEL);
            }
        }
        grew
    }

    /// The meaning of a name, from its assignment.
    fn offer(&self, alias: &Alias, file: &FileFacts, modules: &Modules) -> Offer {
        let source = self.exports.resolve(file, &alias.source);
        let model = source.model || self.is_model(&alias.source, file, modules);
        match (alias.called, alias.given) {
            // The result of a function that creates classes is a class.
            (true, false) => Offer { model: model || source.maker, maker: false },
            _ => Offer { model, maker: source.maker },
        }
    }

    fn is_any_model(&self, names: &[String], file: &FileFacts, modules: &Modules) -> bool {
        names.iter().any(|name| self.is_model(name, file, modules))
    }

    fn is_subclass(&self, class: &ClassFacts, file: &FileFacts, modules: &Modules) -> bool {
        class.decl.bases.iter().any(|base| {
            let head = head_of_text(base);
            self.is_model(head, file, modules) || self.exports.resolve(file, head).maker
        })
    }

    /// Whether a name refers to a model or a declarative base in this file.
    fn is_model(&self, dotted: &str, file: &FileFacts, modules: &Modules) -> bool {
        // Under its name in its own module.
        let target = file.names.target(dotted).unwrap_or_default();
        let name = if target.is_empty() { last(dotted) } else { last(&target) };
        let origin = file.names.origin(dotted, modules);
        if LIBRARY_BASES.contains(&name) && !matches!(origin, Origin::Repository(_) | Origin::Foreign) {
            return !self.defined.contains(&(file.module.clone(), name.to_owned()))
                || origin != Origin::Local;
        }
        if is_base_call(name) || is_base_of_package(&target) || self.exports.resolve(file, dotted).model {
            return true;
        }
        let is_attribute = dotted.contains('.');
        match origin {
            Origin::Foreign => false,
            Origin::Local if is_attribute => name == "Model" || self.names.contains(name),
            Origin::Local => self.is_local_model(name, file),
            Origin::Repository(_) => self.is_imported_model(&target, name, is_attribute, modules),
            // `Model` of an extension for SQLAlchemy; other external bases are only recognised by columns.
            Origin::Library | Origin::OutsideObject(_) => name == "Model",
            Origin::Outside(_) => name == "Model" && file.names.use_library(),
        }
    }

    fn is_local_model(&self, name: &str, file: &FileFacts) -> bool {
        if self.defined.contains(&(file.module.clone(), name.to_owned())) || file.bases.contains_key(name) {
            return self.is_known(&file.module, name);
        }
        // Neither imported nor defined: it comes from a star import.
        self.names.contains(name)
    }

    fn is_imported_model(&self, target: &str, name: &str, is_attribute: bool, modules: &Modules) -> bool {
        let module = target.rsplit_once('.').map_or("", |(module, _)| module);
        if self.is_known(module, name) {
            return true;
        }
        if self.defined.contains(&(module.to_owned(), name.to_owned())) {
            return false;
        }
        // `db.Model` of an object that a module of the repository creates, or a name that a package re-exports.
        (is_attribute && name == "Model" && !modules.contains(module)) || self.names.contains(name)
    }

    /// Every reason to import a file, with its line.
    pub(super) fn reasons<'a>(
        &'a self,
        file: &'a FileFacts,
        modules: &'a Modules,
    ) -> impl Iterator<Item = (Reason, u32)> + 'a {
        let classes = file
            .classes
            .iter()
            .filter_map(move |class| Some((self.class_reason(class, file, modules)?, class.decl.line)));
        let dynamic = file.dynamic.iter().filter_map(move |made| {
            let is_model = self.is_any_model(&made.bases, file, modules);
            is_model.then_some((Reason::DynamicClass, made.line))
        });
        let calls = file.calls.iter().filter(move |(name, _)| self.exports.resolve(file, name).maker);
        let calls = calls.map(|(_, line)| (Reason::MakerCall, *line));
        file.reasons.iter().copied().chain(classes).chain(dynamic).chain(calls)
    }

    fn class_reason(&self, class: &ClassFacts, file: &FileFacts, modules: &Modules) -> Option<Reason> {
        let is_declarative = class
            .decl
            .bases
            .iter()
            .any(|base| matches!(last(head_of_text(base)), "DeclarativeBase" | "DeclarativeBaseNoMeta"));
        let below = self.is_subclass(class, file, modules).then_some(if is_declarative {
            Reason::DeclarativeBase
        } else {
            Reason::MappedSubclass
        });
        [class.reason, below].into_iter().flatten().min()
    }
}
