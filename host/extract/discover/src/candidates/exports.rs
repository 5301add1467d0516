//! The names under which modules provide models, and functions that create tables or classes.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound::{Included, Unbounded},
    rc::Rc,
};

use crate::{
    index::{FileFacts, absolute},
    modules::Modules,
    paths,
    scan::PyFile,
};

/// The maximum number of names of all modules: with star imports, each module can have those of all others.
const MOST: usize = 200_000;

/// The meaning of a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// A model or a declarative base, or an object that contains or returns one.
    pub(super) model: bool,
    /// A function that creates a table or maps a class.
    pub(super) maker: bool,
}

impl Offer {
    pub(super) const MODEL: Self = Self { model: true, maker: false };
    pub(super) const MAKER: Self = Self { model: false, maker: true };

    pub(super) fn is_any(self) -> bool {
        self.model || self.maker
    }

    fn or(self, other: Self) -> Self {
        Self { model: self.model || other.model, maker: self.maker || other.maker }
    }
}

/// A name that a module imports from another.
#[derive(Debug)]
struct Pass {
    module: String,
    local: String,
    from: String,
    name: String,
}

/// The names that the modules of a repository provide: defined there, or imported from other modules.
#[derive(Debug, Clone, Default)]
pub(super) struct Exports {
    /// By module, then name; `A.make` is a method of `A`.
    offers: BTreeMap<String, BTreeMap<String, Offer>>,
    /// The total number of names.
    count: usize,
    passes: Rc<Vec<Pass>>,
}

impl Exports {
    /// The imports between files, without any model yet.
    pub(super) fn new(files: &[PyFile], modules: &Modules) -> Self {
        let mut passes = Vec::new();
        for file in files.iter().filter(|file| file.rule.is_none()) {
            let module = modules.dotted_name(&file.path);
            for bound in &file.outline.bound {
                let Some(name) = &bound.name else { continue };
                let from = source(&file.path, module, &bound.module);
                if modules.contains(&from) && from != module {
                    let (module, local, name) = (module.to_owned(), bound.local.clone(), name.clone());
                    passes.push(Pass { module, local, from, name });
                }
            }
        }
        Self { passes: Rc::new(passes), ..Self::default() }
    }

    /// The same imports, without any meanings.
    pub(super) fn emptied(&self) -> Self {
        Self { passes: Rc::clone(&self.passes), ..Self::default() }
    }

    /// Adds a name; returns whether it is new.
    pub(super) fn add(&mut self, module: &str, name: &str, offer: Offer) -> bool {
        let known = self.get(module, name);
        let all = known.or(offer);
        if !known.is_any() && self.is_full() {
            return false;
        }
        if all != known {
            self.count += usize::from(!known.is_any());
            self.offers.entry(module.to_owned()).or_default().insert(name.to_owned(), all);
        }
        all != known
    }

    /// Whether names were omitted.
    pub(super) fn is_full(&self) -> bool {
        self.count >= MOST
    }

    pub(super) fn get(&self, module: &str, name: &str) -> Offer {
        self.offers.get(module).and_then(|names| names.get(name)).copied().unwrap_or_default()
    }

    /// The meaning of a dotted name in a file.
    pub(super) fn resolve(&self, file: &FileFacts, dotted: &str) -> Offer {
        let own = self.get(&file.module, dotted);
        let target = file.names.target(dotted).unwrap_or_default();
        let splits = target.match_indices('.').filter_map(|(at, _)| target.split_at_checked(at));
        splits.fold(own, |found, (module, name)| {
            found.or(self.get(module, name.strip_prefix('.').unwrap_or_default()))
        })
    }

    /// The meanings of a name of a module, and of its attributes, by the rest of the name.
    fn below<'a>(&'a self, module: &str, name: &'a str) -> impl Iterator<Item = (&'a str, Offer)> {
        let names = self.offers.get(module).map(|names| names.range::<str, _>((Included(name), Unbounded)));
        let starting = names.into_iter().flatten().take_while(move |(found, _)| found.starts_with(name));
        let rests = starting.filter_map(move |(found, offer)| Some((found.strip_prefix(name)?, *offer)));
        rests.filter(|(rest, _)| rest.is_empty() || rest.starts_with('.'))
    }

    /// Gives a name of a module the attributes of another, without the other itself.
    pub(super) fn share(&mut self, file: &FileFacts, name: &str, source: &str) -> bool {
        let target = file.names.target(source).unwrap_or_default();
        let splits = target.match_indices('.').filter_map(|(at, _)| target.split_at_checked(at));
        let places = splits.map(|(module, name)| (module, name.strip_prefix('.').unwrap_or_default()));
        let places: Vec<(&str, &str)> = places.chain([(file.module.as_str(), source)]).collect();
        let found: Vec<(String, Offer)> = places
            .into_iter()
            .flat_map(|(module, source)| self.below(module, source))
            .filter(|(rest, _)| !rest.is_empty())
            .map(|(rest, offer)| (format!("{name}{rest}"), offer))
            .collect();
        found.into_iter().fold(false, |grew, (name, offer)| self.add(&file.module, &name, offer) || grew)
    }

    /// Propagates imported names to every module; returns whether any was new.
    pub(super) fn pass(&mut self) -> bool {
        let passes = Rc::clone(&self.passes);
        let mut grew = false;
        for pass in passes.iter() {
            if !self.offers.contains_key(&pass.from) {
                continue;
            }
            let found: Vec<(String, Offer)> = if pass.name == "*" {
                let all = self.offers.get(&pass.from).into_iter().flatten();
                all.map(|(name, offer)| (name.clone(), *offer)).collect()
            } else {
                let found = self.below(&pass.from, &pass.name);
                found.map(|(rest, offer)| (format!("{}{rest}", pass.local), offer)).collect()
            };
            for (name, offer) in found {
                grew |= self.add(&pass.module, &name, offer);
            }
        }
        grew
    }

    /// Whether a file uses a related name at import time: it is worth parsing.
    pub(super) fn concern(&self, file: &PyFile, modules: &Modules) -> bool {
        let module = modules.dotted_name(&file.path);
        file.outline.bound.iter().filter(|bound| bound.used).any(|bound| {
            let from = source(&file.path, module, &bound.module);
            match bound.name.as_deref() {
                None => self.offer_below(&from, &bound.local),
                Some("*") => {
                    self.offers.get(&from).is_some_and(|names| is_any_used(names, &file.outline.used))
                }
                Some(name) => {
                    self.below(&from, name).next().is_some()
                        || self.offers.contains_key(&format!("{from}.{name}"))
                }
            }
        })
    }

    /// Whether a module provides something, or one below it if its name stands for all of them.
    fn offer_below(&self, module: &str, local: &str) -> bool {
        let is_top = module == local;
        let modules = self.offers.range::<str, _>((Included(module), Unbounded)).map(|(name, _)| name);
        modules.take_while(|name| name.starts_with(module)).any(|name| {
            let rest = name.strip_prefix(module).unwrap_or_default();
            rest.is_empty() || is_top && rest.starts_with('.')
        })
    }
}

fn is_any_used(names: &BTreeMap<String, Offer>, used: &BTreeSet<String>) -> bool {
    names.keys().any(|name| used.contains(name.split('.').next().unwrap_or_default()))
}

/// The module that an import refers to, relative to the root of its file.
fn source(path: &str, module: &str, written: &str) -> String {
    let rest = written.trim_start_matches('.');
    let level = written.len() - rest.len();
    if level == 0 {
        return rest.to_owned();
    }
    let is_package = paths::file_name(path) == "__init__.py";
    let package =
        if is_package { module } else { module.rsplit_once('.').map_or("", |(package, _)| package) };
    absolute(package, rest, u32::try_from(level).unwrap_or(u32::MAX))
}
