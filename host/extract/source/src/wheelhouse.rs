//! Further packages: a folder of wheels, a `site-packages`, or a virtual environment.
//!
//! All of them give one tree with a folder for each entry of the import path: `0`, `1`, … Only names are read at first,
//! and only of files that an import can use; bytes are read on request. No link leads out.

mod names;
mod wheel;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use belljar_schema::{Diagnostic, Place, Severity, project_name};
use belljar_tree::{Content, FileEntry, ReadError, Tree};
use cap_std::{ambient_authority, fs::Dir};
use pep440_rs::Version;

pub use self::names::Package;
use self::{
    names::WheelName,
    wheel::{Wheel, WheelError},
};
use crate::{Source, SourceError, SourceLimits, directory, findings::Findings, names as paths, place};

/// The prefix of paths in a wheelhouse: `wheelhouse:package/models.py`.
pub const PLACE_PREFIX: &str = "wheelhouse:";

/// Real packages in addition to those of the program itself.
#[derive(Debug, Clone, Default)]
pub struct Wheelhouse {
    /// Their files, below a folder for each entry of the path.
    pub tree: Tree,
    /// Those folders, in order of precedence.
    pub roots: Vec<String>,
    /// The installed packages, sorted; the first of each name is used.
    pub packages: Vec<Package>,
    /// Reports of what was skipped.
    pub diagnostics: Vec<Diagnostic>,
}

impl Wheelhouse {
    /// Opens wheelhouses, in order of precedence.
    pub fn open(folders: &[PathBuf], limits: &SourceLimits) -> Result<Self, SourceError> {
        let mut building = Building::default();
        for folder in folders {
            building.folder(folder, limits)?;
        }
        Ok(building.finish())
    }

    /// The same with its bytes in memory; see [`Source::into_memory`].
    #[must_use]
    pub fn into_memory(self, limits: &SourceLimits) -> Self {
        let limit = limits.max_memory_bytes;
        let (tree, left) = self.tree.into_memory(limit);
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(crate::findings::left_behind(&left, limit).into_iter().map(placed));
        Self { tree, diagnostics, ..self }
    }

    /// Whether a module or package with this dotted name can be imported.
    pub fn has(&self, module: &str) -> bool {
        let path = module.replace('.', "/");
        self.roots.iter().any(|root| {
            let path = format!("{root}/{path}");
            let file = |ending: &str| self.tree.node(&format!("{path}{ending}")).is_some();
            file("") || file(".py") || file(".so")
        })
    }

    /// The version of an installed package.
    pub fn version(&self, name: &str) -> Option<&str> {
        let name = project_name(name);
        self.packages
            .iter()
            .find(|package| project_name(&package.name) == name)
            .map(|package| package.version.as_str())
    }
}

/// The virtual environment of a source directory: `.venv` or `venv` in it, else next to it.
///
/// A link is not followed: it may be part of the source, and lead anywhere.
pub fn find_environment(source: &Path) -> Result<PathBuf, SourceError> {
    let directory = place::resolve(source)?.real;
    if !directory.is_dir() {
        return Err(SourceError::NoEnvironment(source.to_owned()));
    }
    for place in [Some(directory.as_path()), directory.parent()].into_iter().flatten() {
        for name in [".venv", "venv"] {
            let path = place.join(name);
            let Ok(metadata) = path.symlink_metadata() else { continue };
            if metadata.is_symlink() {
                return Err(SourceError::EnvironmentIsLink(path));
            }
            if Dir::open_ambient_dir(&path, ambient_authority())
                .is_ok_and(|dir| !site_folders(&dir).is_empty())
            {
                return Ok(path);
            }
        }
    }
    Err(SourceError::NoEnvironment(source.to_owned()))
}

/// The bytes of the files of a wheelhouse; a key is the number of a part, and the key of the file there.
#[derive(Default)]
struct Parts(Vec<Part>);

enum Part {
    Site(Tree),
    Wheel(Wheel),
}

impl Content for Parts {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        if key.is_empty() {
            return Ok(Arc::default()); // A compiled extension has no bytes here.
        }
        let not_found = || ReadError::NotFound(key.to_owned());
        let (part, path) = key.split_once('/').ok_or_else(not_found)?;
        match part.parse().ok().and_then(|part: usize| self.0.get(part)).ok_or_else(not_found)? {
            Part::Site(tree) => tree.read(path),
            Part::Wheel(wheel) => wheel.read(path),
        }
    }
}

#[derive(Default)]
struct Building {
    files: BTreeMap<String, FileEntry>,
    parts: Parts,
    roots: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Building {
    fn folder(&mut self, path: &Path, limits: &SourceLimits) -> Result<(), SourceError> {
        let failed = |error: std::io::Error| SourceError::from_io(path, &error);
        let real = place::resolve(path)?.real;
        if !real.is_dir() {
            return Err(SourceError::NotAWheelhouse(path.to_owned()));
        }
        let dir = Dir::open_ambient_dir(real, ambient_authority()).map_err(failed)?;
        let mut names = Vec::new();
        for entry in dir.entries().map_err(failed)? {
            match entry {
                Ok(entry) => names.extend(entry.file_name().into_string()), // Other parts have neither a wheel nor a package.
                Err(error) => self.diagnostics.push(unreadable(Path::new("a name"), &error)),
            }
            if names.len() > limits.max_entries {
                let value = limits.max_entries;
                return Err(SourceError::TooMany { what: "names", limit: "max_entries", value });
            }
        }
        names.sort_unstable();
        let sites = site_folders(&dir);
        if !sites.is_empty() {
            let before = self.parts.0.len();
            let mut lost = None;
            for site in sites {
                let opened = dir.open_dir(&site).map_err(failed);
                if let Err(error) = opened.and_then(|dir| self.site(dir, path, limits)) {
                    self.diagnostics.push(unreadable(&site, &reason(&error)));
                    lost.get_or_insert(error);
                }
            }
            // One that can't be read is skipped alone.
            lost.filter(|_| self.parts.0.len() == before).map_or(Ok(()), Err)
        } else if names.iter().any(|name| paths::is_a(name, "whl")) {
            self.wheels(dir, &names, limits);
            Ok(())
        } else {
            self.site(dir, path, limits)
        }
    }

    /// Adds a folder with installed packages.
    fn site(&mut self, dir: Dir, path: &Path, limits: &SourceLimits) -> Result<(), SourceError> {
        let root = self.root();
        self.note_path_files(&dir);
        let source = directory::open_packages(dir, limits, String::new()).map_err(|error| match error {
            SourceError::Empty { .. } => SourceError::NotAWheelhouse(path.to_owned()),
            error => error,
        })?;
        if !source.tree.files().any(|(path, _)| paths::is_python(path) || paths::is_a(path, "so")) {
            return Err(SourceError::NotAWheelhouse(path.to_owned()));
        }
        self.add(&root, source, Part::Site);
        Ok(())
    }

    /// A `.pth` file adds external folders to the path, such as the sources of an editable installation.
    fn note_path_files(&mut self, dir: &Dir) {
        let mut findings = Findings::default();
        for name in dir.entries().into_iter().flatten().flatten().map(|entry| entry.file_name()) {
            if Path::new(&name).extension().is_some_and(|ending| ending == "pth") {
                let shown = paths::shown(name.as_encoded_bytes());
                let message =
                    format!("`{shown}` is not followed: the folders that it adds to the path are not read");
                findings.add(Diagnostic::new(Severity::Note, "path-file", message));
            }
        }
        self.diagnostics.extend(findings.into_diagnostics());
    }

    /// Adds the wheels of a folder, as if each were installed.
    fn wheels(&mut self, dir: Dir, names: &[String], limits: &SourceLimits) {
        let (root, dir) = (self.root(), Arc::new(dir));
        let mut findings = Findings::default();
        for candidates in choose(names, &mut findings).into_values() {
            // The newest that can be read.
            let opened = candidates.iter().find_map(|name| match Wheel::open(&dir, name, limits) {
                Ok(found) => Some((name, found)),
                Err(error) => {
                    findings.add(left_out(&name.file, &error));
                    None
                }
            });
            let Some((name, (wheel, source))) = opened else { continue };
            let files = self.files.len() + source.tree.len();
            if files > limits.max_files {
                findings.add(left_out(&name.file, &WheelError::Limit("max_files")));
                continue;
            }
            findings.add_all(other_versions(name, &candidates));
            let taken = self.add(&root, source, |_| Part::Wheel(wheel));
            if let Some(path) = taken {
                let message =
                    format!("`{}` of `{}` is also in another wheel, which is used", path, name.file);
                findings.add(Diagnostic::new(Severity::Note, "wheel-conflict", message));
            }
        }
        self.diagnostics.extend(findings.into_diagnostics());
    }

    fn root(&mut self) -> String {
        let root = self.roots.len().to_string();
        self.roots.push(root.clone());
        root
    }

    /// Adds the files of a source below a root. Returns the first file that existed before, which is kept.
    fn add(&mut self, root: &str, source: Source, part: impl FnOnce(Tree) -> Part) -> Option<String> {
        let number = self.parts.0.len();
        let mut taken = None;
        for (path, entry) in source.tree.files() {
            let full = format!("{root}/{path}");
            if self.files.contains_key(&full) {
                taken.get_or_insert_with(|| paths::shown(path.as_bytes()));
                continue;
            }
            let key = if entry.key.is_empty() { String::new() } else { format!("{number}/{path}") };
            self.files.insert(full, FileEntry { key, size: entry.size });
        }
        self.diagnostics.extend(source.diagnostics.into_iter().map(placed));
        self.parts.0.push(part(source.tree));
        taken
    }

    fn finish(self) -> Wheelhouse {
        let tree = Tree::new(self.files, Arc::new(self.parts));
        // A folder exists only if it contains files: if all wheels are skipped, there is nothing to add to the path.
        let roots: Vec<String> = self.roots.into_iter().filter(|root| tree.node(root).is_some()).collect();
        let mut packages = Vec::new();
        for root in &roots {
            let mut here: Vec<_> = tree.list(root).filter_map(Package::of_folder).collect();
            here.retain(|package| {
                !packages
                    .iter()
                    .any(|known: &Package| project_name(&known.name) == project_name(&package.name))
            });
            packages.extend(here);
        }
        packages.sort();
        Wheelhouse { tree, roots, packages, diagnostics: self.diagnostics }
    }
}

/// The package folders of a virtual environment; empty if it is not one. Of several versions of Python, the newest is
/// used.
fn site_folders(dir: &Dir) -> Vec<PathBuf> {
    let is_environment = dir.is_file("pyvenv.cfg") || dir.is_dir("conda-meta");
    let mut found = Vec::new();
    for lib in ["lib", "lib64", "Lib"].into_iter().filter(|_| is_environment) {
        // `lib64` is usually a link to `lib`.
        if !dir.symlink_metadata(lib).is_ok_and(|metadata| metadata.is_dir()) {
            continue;
        }
        let versions = dir.read_dir(lib).into_iter().flatten().flatten();
        let version = |name: &str| Version::from_str(name.strip_prefix("python")?).ok();
        let newest = versions
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| dir.is_dir(Path::new(lib).join(name).join("site-packages")))
            .filter_map(|name| Some((version(&name)?, name)))
            .max();
        found.extend(newest.map(|(_, name)| Path::new(lib).join(name).join("site-packages")));
        let windows = Path::new(lib).join("site-packages");
        found.extend(dir.is_dir(&windows).then_some(windows));
    }
    found
}

/// The wheels by project, in order of preference: the newest, then those for any platform.
fn choose(names: &[String], findings: &mut Findings) -> BTreeMap<String, Vec<WheelName>> {
    let mut found: BTreeMap<String, Vec<WheelName>> = BTreeMap::new();
    for file in names {
        let shown = paths::shown(file.as_bytes());
        if !paths::is_a(file, "whl") {
            if [".tar.gz", ".zip"].iter().any(|ending| file.ends_with(ending)) {
                let message = format!("`{shown}` is not a wheel, and is not used");
                findings.add(
                    Diagnostic::new(Severity::Note, "not-a-wheel", message)
                        .hint("build one with `pip wheel`"),
                );
            }
            continue;
        }
        match WheelName::parse(file) {
            Some(name) if name.python3 => found.entry(name.project.clone()).or_default().push(name),
            Some(_) => {
                let message = format!("`{shown}` is not for Python 3, and is not used");
                findings.add(Diagnostic::new(Severity::Note, "wheel-python", message));
            }
            None => {
                let message = format!("`{shown}` is not a valid name of a wheel, and is not used");
                findings.add(
                    Diagnostic::new(Severity::Warning, "wheel-name", message)
                        .hint("the form is `project-version-python-abi-platform.whl`; download it again"),
                );
            }
        }
    }
    for candidates in found.values_mut() {
        candidates.sort_by(|a, b| {
            (&b.version, b.anywhere).cmp(&(&a.version, a.anywhere)).then_with(|| a.file.cmp(&b.file))
        });
    }
    found
}

/// Reports other versions of a project than the one that is used.
fn other_versions(used: &WheelName, candidates: &[WheelName]) -> Option<Diagnostic> {
    let mut others: Vec<_> = candidates.iter().map(|name| &name.version).collect();
    others.retain(|version| **version != used.version);
    others.dedup();
    let others: Vec<_> = others.into_iter().map(ToString::to_string).collect();
    let message =
        format!("version {} of `{}` is used, not {}", used.version, used.project, others.join(", "));
    (!others.is_empty()).then(|| Diagnostic::new(Severity::Note, "wheel-version", message))
}

/// An error without the path on the machine: it goes into the output.
fn reason(error: &SourceError) -> String {
    match error {
        SourceError::NotAWheelhouse(_) => "it contains no installed packages".to_owned(),
        SourceError::TooMany { what, limit, value } => format!("more than {value} {what} (limit `{limit}`)"),
        SourceError::Unreadable { message, .. } => message.clone(),
        SourceError::PermissionDenied(_) => "no permission to read it".to_owned(),
        _ => "it can't be opened".to_owned(),
    }
}

/// Reports that a part of a wheelhouse is skipped, by its name there.
fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Diagnostic {
    let (path, why) = (path.display().to_string(), why.to_string());
    let (path, why) = (paths::shown(path.as_bytes()), paths::shown(why.as_bytes()));
    Diagnostic::new(Severity::Warning, "wheelhouse-unreadable", format!("`{path}` is skipped: {why}"))
        .hint("check its permissions; everything else was read")
}

fn left_out(file: &str, error: &WheelError) -> Diagnostic {
    let shown = paths::shown(file.as_bytes());
    match error {
        WheelError::Name(inside) => Diagnostic::new(
            Severity::Warning,
            "wheel-name",
            format!("`{shown}` contains `{inside}`, which does not match its name; it is skipped"),
        )
        .hint("download it again"),
        WheelError::Damaged(why) => Diagnostic::new(
            Severity::Warning,
            "wheel-damaged",
            format!("`{shown}` can't be read, and is skipped: {why}"),
        )
        .hint("download it again"),
        WheelError::Limit(limit) => Diagnostic::new(
            Severity::Warning,
            "wheel-limit",
            format!("`{shown}` exceeds the limit `{limit}`, and is skipped"),
        )
        .hint("if it can be trusted, install it with `pip install --target` and pass that folder"),
    }
}

/// A diagnostic about a file of a wheelhouse, with its place there.
fn placed(diagnostic: Diagnostic) -> Diagnostic {
    let place =
        diagnostic.place.map(|place| Place { path: format!("{PLACE_PREFIX}{}", place.path), ..place });
    Diagnostic { place, ..diagnostic }
}
