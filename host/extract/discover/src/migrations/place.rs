//! Where an environment wants its next version file, and how it wants it to be named and written.

use belljar_tree::{Node, Tree};

use super::{MigrationEnvironment, settings, text, versions};
use crate::paths;

/// The name of the template of version files.
pub(super) const TEMPLATE: &str = "script.py.mako";

/// Where an environment wants its next version file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPlace {
    /// The folders of version files; empty if those that are configured are not in the tree.
    pub folders: Vec<String>,
    /// The folders as the configuration writes them; empty if it names none.
    pub written: Vec<String>,
    /// Whether folders below those count too.
    pub is_recursive: bool,
    /// The pattern of names, such as `%(rev)s_%(slug)s`, if the configuration has one.
    pub file_template: Option<String>,
    /// The most characters of a message in a name, if the configuration says so.
    pub slug_length: Option<usize>,
    /// The template of version files.
    pub template: Option<VersionTemplate>,
}

/// The template of version files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTemplate {
    /// Its path.
    pub path: String,
    /// Its text; `None` if it can't be read.
    pub text: Option<String>,
}

/// Where an environment of a tree wants its next version file.
pub fn version_place(tree: &Tree, environment: &MigrationEnvironment) -> VersionPlace {
    let own = environment.config.as_deref().into_iter().flat_map(|path| settings::of_file(tree, path));
    let settings = own.into_iter().find(|settings| settings.section == environment.section);
    let written = settings.as_ref().map(|it| it.version_locations.clone()).unwrap_or_default();
    let folders = if written.is_empty() {
        vec![paths::join(&environment.script, "versions")]
    } else {
        let resolve = |written: &String| versions::resolved(tree, &environment.folder, written);
        written.iter().flat_map(resolve).collect()
    };
    let path = paths::join(&environment.script, TEMPLATE);
    let template = matches!(tree.node(&path), Some(Node::File(_)))
        .then(|| VersionTemplate { text: text(tree, &path), path });
    VersionPlace {
        folders,
        written,
        is_recursive: settings.as_ref().is_some_and(|it| it.is_recursive),
        file_template: settings.as_ref().and_then(|it| it.file_template.clone()),
        slug_length: settings.as_ref().and_then(|it| it.slug_length),
        template,
    }
}
