//! Reading, reporting and writing of a command, in this process or in a separate one.
//!
//! Every command has three steps. It opens and reads all that it will need, calls [`Session::seal`], and then works on
//! what it has read and returns finished texts. In a separate process, `seal` confines that process permanently, and
//! all texts are kept for the parent process. In this process, `seal` does nothing, and texts are written to the
//! terminal and to files.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
};

use belljar_cache::{Key, Results};
use belljar_confine::{Inherited, Parts, Status, confine};
use belljar_engine::{Request, Source, SourceLimits, Wheelhouse};
use belljar_snapshots::Snapshots;
use serde::{Deserialize, Serialize};

use crate::{
    failure::Failure,
    source_config::SourceConfig,
    terminal::{guard, output::Output, progress::Bars},
};

/// The line that a separate process writes as soon as it is confined. A guest may control it from then on, so an answer
/// after this line that it is not confined is rejected: it would cause the command to run again without confinement.
pub(crate) const SEALED: &str = "sealed\n";

/// The start of each line before that: a key under which a result may be kept. A guest can't add keys later.
pub(crate) const RESULT: &str = "result ";

/// Reads, reports and writes for a command.
#[derive(Debug)]
pub(crate) struct Session {
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// This process. Results are written to these outputs, in the order of their numbers in the command.
    Here(Vec<Output>),
    /// A separate process, with the descriptors that it inherited and the texts that it keeps.
    Apart { inherited: Inherited, held: Held, variables: Variables },
}

/// Variables of the environment for a separate process, which has none. They may contain passwords.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The variables of these names, as far as they are set.
    pub(crate) fn of_this_process(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?))).collect())
    }
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

/// The reports and results of a command in a separate process.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Text for standard error.
    pub(crate) report: String,
    /// The results, in the order of their numbers in the command.
    pub(crate) texts: Vec<Vec<u8>>,
    /// The restrictions on the process.
    pub(crate) confinement: String,
    /// Keys without a result, in the order of the look-ups. Written before the process is confined.
    keys: Vec<Key>,
    /// Results for the cache, each with the index of its key.
    pub(crate) results: Vec<(usize, String)>,
}

/// A result for the cache: an extraction as JSON.
#[derive(Debug)]
pub(crate) struct NewResult {
    pub(crate) key: Key,
    pub(crate) text: Vec<u8>,
}

impl Session {
    /// A session that does all work in this process.
    pub(crate) const fn here(outputs: Vec<Output>) -> Self {
        Self { place: Place::Here(outputs) }
    }

    /// A session in a separate process, which was started with these descriptors.
    pub(crate) fn apart(inherited: Inherited, variables: Variables) -> Self {
        Self { place: Place::Apart { inherited, held: Held::default(), variables } }
    }

    /// A variable of the environment, if it is set.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match &self.place {
            Place::Here(_) => std::env::var(name).ok(),
            Place::Apart { variables, .. } => variables.0.get(name).cloned(),
        }
    }

    /// Opens a source. `trusted` is the base of a comparison whose head this is. A confined process can't open files,
    /// so there the whole source is read at once.
    pub(crate) fn source(
        &self,
        request: &Request,
        limits: &SourceLimits,
        trusted: Option<&Source>,
    ) -> Result<Source, Failure> {
        let source = belljar_engine::open_beside(request, limits, trusted.map(|source| &source.tree))?;
        Ok(if self.is_apart() { source.into_memory(limits) } else { source })
    }

    /// Opens the wheelhouses at these paths, the most important first.
    pub(crate) fn wheelhouse(&self, paths: &[PathBuf], limits: &SourceLimits) -> Result<Wheelhouse, Failure> {
        let wheelhouse = Wheelhouse::open(paths, limits)?;
        Ok(if self.is_apart() { wheelhouse.into_memory(limits) } else { wheelhouse })
    }

    /// The snapshots that runs of these sources may need; with `rendering`, also the one that renders SQL.
    pub(crate) fn snapshots(
        &self,
        source_config: &SourceConfig,
        rendering: bool,
    ) -> Result<Snapshots, Failure> {
        let snapshots = Snapshots::new(belljar_snapshots::ALL, source_config.cache.clone());
        if self.is_apart() {
            let (_bars, progress) = Bars::new(source_config.level);
            let wanted = source_config.options.sqlalchemy.as_deref();
            let newest = snapshots.versions().last().copied().filter(|_| rendering);
            for wanted in [Some(wanted), newest.map(Some)].into_iter().flatten() {
                snapshots
                    .load_all(wanted, &progress.unpacking)
                    .map_err(belljar_engine::ExtractError::from)?;
            }
        }
        Ok(snapshots)
    }

    /// Ends the reading of input. All that follows parses and runs untrusted input, and opens nothing.
    pub(crate) fn seal(&mut self) -> Result<(), Failure> {
        if let Place::Apart { inherited, held, .. } = &mut self.place {
            held.confinement = description(&confine(Parts::default(), inherited)?);
            let mut out = io::BufWriter::new(io::stdout().lock());
            let keys = held.keys.iter().try_for_each(|key| writeln!(out, "{RESULT}{key}"));
            let written = keys.and_then(|()| out.write_all(SEALED.as_bytes())).and_then(|()| out.flush());
            written.map_err(|source| Failure::Write { path: "standard output".to_owned(), source })?;
        }
        Ok(())
    }

    /// The result of an earlier run; `None` if there is none, or if such results are not used.
    pub(crate) fn find_result(&mut self, source_config: &SourceConfig, key: Key) -> Option<Vec<u8>> {
        if !source_config.use_results {
            return None;
        }
        let found = Results::new(&source_config.cache).get(key);
        if let (None, Place::Apart { held, .. }) = (&found, &mut self.place) {
            held.keys.push(key);
        }
        found
    }

    /// Keeps results for later runs. A confined process can't write files, so there the parent process writes them.
    pub(crate) fn keep_results(
        &mut self,
        source_config: &SourceConfig,
        results: impl IntoIterator<Item = NewResult>,
    ) {
        for NewResult { key, text } in results.into_iter().filter(|_| source_config.use_results) {
            match &mut self.place {
                // No result depends on the cache: if it can't be written, the next run takes as long as this one.
                Place::Here(_) => drop(Results::new(&source_config.cache).put(key, &text)),
                Place::Apart { held, .. } => {
                    let position = held.keys.iter().position(|known| *known == key);
                    held.results.extend(position.zip(String::from_utf8(text).ok()));
                }
            }
        }
    }

    /// Writes to standard error.
    pub(crate) fn report(&mut self, write: impl FnOnce(&mut String)) {
        let mut text = String::new();
        write(&mut text);
        match &mut self.place {
            Place::Here(_) => guard::write_text(&text),
            Place::Apart { held, .. } => held.report.push_str(&text),
        }
    }

    /// Writes a result as a whole or not at all.
    pub(crate) fn write(
        &mut self,
        number: usize,
        render: &dyn Fn(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match &mut self.place {
            Place::Here(outputs) => outputs.get(number).unwrap_or(&Output::new(None)).write(render),
            Place::Apart { held, .. } => {
                let mut text = Vec::new();
                render(&mut text).map_err(|source| Failure::Write { path: "memory".to_owned(), source })?;
                held.texts.resize_with(held.texts.len().max(number + 1), Vec::new);
                if let Some(place) = held.texts.get_mut(number) {
                    *place = text;
                }
                Ok(())
            }
        }
    }

    /// All texts of a separate process.
    pub(crate) fn into_held(self) -> Held {
        match self.place {
            Place::Here(_) => Held::default(),
            Place::Apart { held, .. } => held,
        }
    }

    const fn is_apart(&self) -> bool {
        matches!(self.place, Place::Apart { .. })
    }
}

/// The restrictions on the process, as `--verbose` prints them.
fn description(status: &Status) -> String {
    let landlock = status.landlock.map(|landlock| landlock.to_string());
    let seccomp = status.seccomp.then(|| "seccomp".to_owned());
    landlock.into_iter().chain(seccomp).collect::<Vec<_>>().join(", ")
}
