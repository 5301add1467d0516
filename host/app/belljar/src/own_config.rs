//! The configuration of a source: where it is, and its text. [`config_file`](crate::config_file) decides whose is used.
//!
//! Of a directory of a repository, the configuration is that of the repository: the search begins at its top.

use std::sync::Arc;

use belljar_check::{CheckConfig, ConfigError, ConfigText, Problem};
use belljar_config::{FindError, Found, ProjectConfig, find};
use belljar_engine::{Source, StatedGeneration, path_from};
use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::failure::Failure;

/// The configuration that states the SQLAlchemy generation of the directories of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProjectFrom {
    /// That of the source.
    Own,
    /// That of the base of the comparison whose head the source is: a change can't choose how it is run.
    Base,
    /// A file that the command line names: its name and its bytes.
    Named(String, Vec<u8>),
    /// None.
    None,
}

/// The configuration of a source.
#[derive(Debug, Clone)]
pub(crate) struct OwnConfig {
    /// Its path, from the directory that is read.
    pub(crate) path: String,
    /// Its folder, from the root of the tree.
    folder: String,
    /// The directory that is read, from the folder of the configuration; empty for that folder.
    pub(crate) directory: String,
    bytes: Arc<[u8]>,
}

/// The configuration of a tree, and those without effect.
#[derive(Debug, Default)]
pub(crate) struct Located {
    pub(crate) used: Option<OwnConfig>,
    /// Remarks about those without effect.
    pub(crate) remarks: Vec<Diagnostic>,
}

/// Locates the configuration of the files of a source.
pub(crate) fn locate(tree: &Tree) -> Result<Located, FindError> {
    let (whole, within) = tree.around().unwrap_or((tree, ""));
    let Found { used, ignored } = find(whole, within)?;
    let Some(file) = used else { return Ok(Located::default()) };
    let shown = path_from(within, &file.path);
    let remark = |path: String| {
        let message =
            format!("`{path}` has no effect: `{}` is the configuration of the repository", file.path);
        let hint = "move its settings there; `[service.NAME]` with a `path` has those of a directory";
        Diagnostic::new(Severity::Warning, "configuration-ignored", message)
            .at(path_from(within, &path), 0)
            .hint(hint)
    };
    let remarks = ignored.into_iter().map(remark).collect();
    let directory = match within.strip_prefix(file.folder.as_str()) {
        Some(rest) => rest.trim_start_matches('/').to_owned(),
        None => String::new(), // its folder is on the way to the directory
    };
    let used = OwnConfig { path: shown, folder: file.folder, directory, bytes: file.bytes };
    Ok(Located { used: Some(used), remarks })
}

impl OwnConfig {
    /// Its text; bytes that are not UTF-8 are reported when it is parsed.
    pub(crate) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Parses it. `side` is added to its name in errors.
    pub(crate) fn parse(&self, side: &str) -> Result<CheckConfig, Failure> {
        let mut config = parse(&self.path, side, &self.bytes)?;
        config.rules.directory.clone_from(&self.directory);
        Ok(config)
    }

    /// The SQLAlchemy generations that it states, with paths from the root of the tree, and the problems of these settings.
    fn stated(&self) -> (Vec<StatedGeneration>, Vec<Diagnostic>) {
        let text = self.lossy();
        let (project, problems) = ProjectConfig::parse(ConfigText::new(&self.path, &text));
        let not_read = |problem: Problem| {
            let line = u32::try_from(problem.line).unwrap_or(u32::MAX);
            let diagnostic = Diagnostic::new(Severity::Warning, "bad-configuration", problem.message);
            let diagnostic = diagnostic.at(self.path.clone(), line);
            match problem.hint {
                Some(hint) => diagnostic.hint(hint),
                None => diagnostic,
            }
        };
        (stated(&project, &self.folder, &self.path), problems.into_iter().map(not_read).collect())
    }
}

/// The SQLAlchemy generations that the configuration of a tree states. Its errors are diagnostics: what is untrusted does
/// not end an extraction.
pub(crate) fn stated_of(tree: &Tree) -> (Vec<StatedGeneration>, Vec<Diagnostic>) {
    match locate(tree) {
        Ok(Located { used, mut remarks }) => {
            let (stated, problems) = used.map(|own| own.stated()).unwrap_or_default();
            remarks.extend(problems);
            (stated, remarks)
        }
        Err(error) => {
            let within = tree.around().map_or("", |(_, within)| within);
            let message = format!("no configuration is used: {}", error.message());
            let diagnostic = Diagnostic::new(Severity::Warning, "bad-configuration", message);
            (Vec::new(), vec![diagnostic.at(path_from(within, error.path()), 0)])
        }
    }
}

/// The SQLAlchemy generations that a configuration in this folder states.
pub(crate) fn stated(project: &ProjectConfig, folder: &str, file: &str) -> Vec<StatedGeneration> {
    let joined = |path: &str| match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    };
    let whole = project.sqlalchemy.as_ref().map(|generation| (joined(""), generation));
    let of_services = project.services.iter().filter_map(|service| {
        service.sqlalchemy.as_ref().map(|generation| (joined(&service.path), generation))
    });
    let stated = whole.into_iter().chain(of_services).map(|(path, generation)| StatedGeneration {
        path,
        generation: generation.clone(),
        file: file.to_owned(),
    });
    stated.collect()
}

/// The configuration of a source, or the default one.
pub(crate) fn of_source(source: Option<&Source>, side: &str) -> Result<(CheckConfig, Located), Failure> {
    let located = match source {
        Some(source) => locate(&source.tree).map_err(|error| no_choice(&error, side))?,
        None => Located::default(),
    };
    let config = located.used.as_ref().map(|own| own.parse(side)).transpose()?;
    Ok((config.unwrap_or_default(), located))
}

/// The tree of the folder of the configuration of a source: what its patterns match.
pub(crate) fn tree_of_config(source: &Source, config: &CheckConfig) -> Tree {
    let directory = config.rules.directory.as_str();
    match source.tree.around() {
        Some((whole, within)) if !directory.is_empty() => {
            let folder = within.strip_suffix(directory).unwrap_or_default().trim_end_matches('/');
            if folder.is_empty() { whole.clone() } else { whole.directory(folder) }
        }
        _ => source.tree.clone(),
    }
}

/// Parses a configuration; all its errors are reported at once.
pub(crate) fn parse(path: &str, side: &str, bytes: &[u8]) -> Result<CheckConfig, Failure> {
    let name = format!("{path}{side}");
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.split_at(error.valid_up_to()).0.split(|byte| *byte == b'\n').count();
        invalid(&name, vec![Problem { line, message: "it is not UTF-8".to_owned(), hint: None }])
    })?;
    CheckConfig::parse(ConfigText::new(path, text))
        .map_err(|ConfigError { problems }| invalid(&name, problems))
}

/// The failure for folders with several configurations.
fn no_choice(error: &FindError, side: &str) -> Failure {
    let problem = Problem { line: 0, message: error.message(), hint: error.hint().map(str::to_owned) };
    invalid(&format!("{}{side}", error.path()), vec![problem])
}

pub(crate) fn invalid(name: &str, problems: Vec<Problem>) -> Failure {
    Failure::Config { file: name.to_owned(), problems }
}
