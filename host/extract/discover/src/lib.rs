//! Static discovery: information about a repository that is available without running it.
//!
//! [`discover`] reads every Python file once and returns, in this order:
//!
//! * the directories for `sys.path`, and so the name of every module: [`ImportRoot`]
//! * the number of excluded files, by [`ExclusionRule`]: [`ScanCounts`]
//! * the modules that declare tables or mapped classes, and so are worth importing: [`Candidate`]
//! * every class, attribute and `Table()` call in those modules, with its line: [`StaticIndex`]
//! * the SQLAlchemy that the project requires: [`Requested`]
//! * the views that texts of the repository create: [`TextRelation`]
//!
//! [`comments`] reads the comments of one file, with the lines that they apply to.
//!
//! Nothing here runs code or depends on its execution. A file that can't be read or parsed gives a [`Diagnostic`] and
//! does not affect others. Not detected: modules created at run time, tables reflected from a database, and classes
//! whose bases all come from packages outside the repository and that declare no column themselves.

mod ambiguous;
mod archives;
mod bodies;
mod bounded_toml;
mod candidates;
mod checkout;
mod comments;
mod configuration;
mod decode;
mod discovery;
mod exclude;
mod imports;
mod index;
mod installed;
mod instead;
mod layout;
mod left_out;
mod loaded;
mod migrations;
mod model;
mod modules;
mod moved;
mod options;
mod parse;
mod path_list;
mod paths;
mod prefilter;
mod projects;
mod reach;
mod requirements;
mod roots;
mod scan;
mod select;
mod shadowed;
mod stack;
mod template;
mod texts;

use belljar_schema::Diagnostic;
use belljar_tree::Tree;

pub use bodies::postponed;
pub use comments::{Comment, comments};
pub use discovery::Discovery;
pub use index::{
    Attribute, Chosen, ClassDecl, ColumnDecl, ColumnFacts, ItemFacts, ItemKind, Made, PlacedItem,
    StaticIndex, TableDecl, Tablename,
};
pub use instead::loaded_instead;
pub use loaded::Around;
pub use migrations::{
    MigrationEnvironment, StrayVersion, VersionChanges, VersionPlace, VersionTemplate, begun_environments,
    is_same_version, migration_environments, stray_versions, version_changes, version_place, version_words,
};
pub use model::{Candidate, ExclusionRule, ImportRoot, LeftOut, Reason, ScanCounts};
pub use moved::moved;
pub use options::Options;
pub use projects::Search;
pub use reach::{CertainImports, reach};
pub use requirements::{Choice, Fit, Found, FoundKind, Requested, Scope};
pub use scan::MAX_SOURCE_BYTES;
pub use texts::{RelationKind, TextRelation};

/// The template folder or file in a path, if there is one.
pub fn template_of(path: &str) -> Option<&str> {
    template::find_placeholder(path)
}

/// All information about the tree that is available without running it; the order depends on the tree alone.
pub fn discover(tree: &Tree, options: &Options) -> Discovery {
    // Syntax trees are walked and dropped recursively, and their depth is controlled by the repository.
    stack::with_room(|| pipeline(tree, options))
}

fn pipeline(tree: &Tree, options: &Options) -> Discovery {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let exclusion = exclude::Exclusion::new(tree, options);
    let mut files = scan::scan(tree, &exclusion, &mut diagnostics);
    let layout = layout::declared_roots(tree, &exclusion, &mut diagnostics);
    let declared = requirements::collect_requirements(tree, &files, &exclusion, &mut diagnostics);
    let modules = roots::resolve(tree, &files, &layout, &|name| declared.is_foreign(name));
    select::apply(&mut files, &modules, options, &mut diagnostics);
    diagnostics.extend(scan::refused(&files));
    let mut found = candidates::find(tree, &files, &modules, &mut diagnostics);
    diagnostics.extend(moved::diagnose(&files, &found.candidates, &found.index));
    diagnostics.extend(instead::diagnose_compiled(tree, &found.candidates));
    diagnostics.extend(left_out::diagnose(tree, &files));
    if let Some(within) = &options.within {
        found.candidates.retain(|finding| paths::is_within(&finding.path, within));
        diagnostics
            .retain(|diagnostic| diagnostic.place.as_ref().is_none_or(|place| concerns(&place.path, within)));
    }
    diagnostics.extend(template::diagnostics(&found.candidates));
    let (roots, candidates) = roots::list(&files, &modules, found.candidates);
    let searches = projects::searches(tree, &declared.projects, &roots, &candidates);
    let users = declared.projects.users();
    let requested = declared.seen_from(&candidates);
    let scanned = scan::count(tree, &files, found.parsed, candidates.len(), options.within.as_deref());
    let installed = exclusion.installed().into_iter().flat_map(installed::Installed::folders);
    let installed = installed.map(str::to_owned).collect();
    diagnostics.sort();
    diagnostics.dedup();
    let mut index = found.index;
    index.set_roots(roots.iter().map(|root| root.path.clone()).collect());
    let relations = texts::find(tree, &files, &exclusion, &index);
    let within = options.within.clone();
    Discovery {
        roots,
        searches,
        candidates,
        index,
        relations,
        requested,
        users,
        installed,
        scanned,
        within,
        diagnostics,
    }
}

/// Whether a file concerns a directory: it is in it, or beside a directory that contains it.
fn concerns(path: &str, within: &str) -> bool {
    paths::is_within(path, within) || paths::is_within(within, paths::parent(path))
}
