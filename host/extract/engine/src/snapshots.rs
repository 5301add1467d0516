//! The snapshots that the program carries, loaded when they are needed.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use belljar_sandbox::{Engine, LoadError, Package, Packed, Sandbox, SnapshotError, Unpacked};
use thiserror::Error;

/// Hears of bytes unpacked, of how many, of which generation.
pub type HearUnpacking = Arc<dyn Fn(&str, u64, u64) + Send + Sync>;

/// Hears of a module by its name.
pub type HearModule = Arc<dyn Fn(&str) + Send + Sync>;

/// Who hears how far things are. Every method does nothing unless it is given something to do.
#[derive(Clone, Default)]
pub struct Progress {
    /// Bytes unpacked, of how many, of which generation.
    pub unpacking: Option<HearUnpacking>,
    /// How many modules will be asked for.
    pub planned: Option<Arc<dyn Fn(usize) + Send + Sync>>,
    /// A module begins to run.
    pub module: Option<HearModule>,
}

impl Progress {
    pub(crate) fn targets(&self, count: usize) {
        if let Some(planned) = &self.planned {
            planned(count);
        }
    }

    pub(crate) fn started(&self, module: &str) {
        if let Some(hear) = &self.module {
            hear(module);
        }
    }
}

/// Why a snapshot can't be used.
#[derive(Debug, Error)]
pub enum SnapshotLoadError {
    /// It can't be unpacked.
    #[error(transparent)]
    Unpack(#[from] SnapshotError),
    /// It can't be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// The snapshots of a program, with those that were loaded.
pub struct Snapshots {
    packed: &'static [Packed],
    folder: PathBuf,
    engine: Mutex<Option<Engine>>,
    loaded: Mutex<Vec<(String, Sandbox)>>,
}

impl Snapshots {
    /// Snapshots to be unpacked into `folder`, which is made, private, when it is not there.
    pub fn new(packed: &'static [Packed], folder: PathBuf) -> Self {
        Self { packed, folder, engine: Mutex::new(None), loaded: Mutex::default() }
    }

    /// The generations on offer, `2.0`.
    pub fn generations(&self) -> Vec<&'static str> {
        self.packed.iter().map(|packed| packed.generation).collect()
    }

    /// The versions on offer, `2.0.58`.
    pub fn versions(&self) -> Vec<&'static str> {
        self.packed.iter().map(|packed| packed.sqlalchemy).collect()
    }

    /// The packages that a version goes with.
    pub(crate) fn packages_of(&self, version: &str) -> &'static [Package] {
        self.packed.iter().find(|packed| packed.sqlalchemy == version).map_or(&[], |packed| packed.packages)
    }

    /// The version of a generation, or a version itself.
    pub(crate) fn version_of(&self, wanted: &str) -> Option<String> {
        let found =
            self.packed.iter().find(|packed| packed.generation == wanted || packed.sqlalchemy == wanted);
        found.map(|packed| packed.sqlalchemy.to_owned())
    }

    /// Unpacks what a run may ask for: the generation or version that is wanted, or all of them.
    pub fn unpack(&self, wanted: Option<&str>, progress: &Progress) -> Result<(), SnapshotLoadError> {
        for packed in self.asked_for(wanted) {
            self.unpack_one(packed, progress)?;
        }
        Ok(())
    }

    /// Loads what a run may ask for, so that no file is opened when it does.
    pub fn load_all(&self, wanted: Option<&str>, progress: &Progress) -> Result<(), SnapshotLoadError> {
        for packed in self.asked_for(wanted) {
            self.sandbox(packed.sqlalchemy, progress)?;
        }
        Ok(())
    }

    fn asked_for(&self, wanted: Option<&str>) -> impl Iterator<Item = &'static Packed> {
        self.packed.iter().filter(move |packed| {
            wanted.is_none_or(|wanted| [packed.generation, packed.sqlalchemy].contains(&wanted))
        })
    }

    /// The sandbox for a version; unpacked and loaded the first time.
    pub fn sandbox(&self, version: &str, progress: &Progress) -> Result<Sandbox, SnapshotLoadError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sandbox)) = loaded.iter().find(|(known, _)| known == version) {
            return Ok(sandbox.clone());
        }
        let sandbox = self.load(version, progress)?;
        loaded.push((version.to_owned(), sandbox.clone()));
        Ok(sandbox)
    }

    fn load(&self, version: &str, progress: &Progress) -> Result<Sandbox, SnapshotLoadError> {
        let packed = self.packed.iter().find(|packed| packed.sqlalchemy == version).ok_or_else(|| {
            LoadError::Refused { path: version.to_owned(), message: "there is no such snapshot".to_owned() }
        })?;
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = match engine.as_ref() {
            Some(engine) => engine.clone(),
            None => engine.insert(Engine::new()?).clone(),
        };
        Ok(Sandbox::new(&engine, &self.unpack_one(packed, progress)?)?)
    }

    fn unpack_one(&self, packed: &Packed, progress: &Progress) -> Result<Unpacked, SnapshotError> {
        let mut hear = |done: u64, all: u64| {
            if let Some(unpacking) = &progress.unpacking {
                unpacking(packed.generation, done, all);
            }
        };
        belljar_sandbox::unpack(packed, &self.folder, &mut hear)
    }
}
