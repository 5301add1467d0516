//! Unpacks snapshots and loads them when they are needed.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use belljar_sandbox::{Engine, LoadError, Package, Packed, Sandbox, SnapshotError, Unpacked};
use thiserror::Error;

/// Is called with a generation, the number of bytes that are unpacked, and the number of bytes in all.
type OnUnpack = dyn Fn(&str, u64, u64) + Send + Sync;

/// Who is told how far the unpacking of a snapshot is; by default nobody.
#[derive(Clone, Default)]
pub struct UnpackProgress(Option<Arc<OnUnpack>>);

impl UnpackProgress {
    /// Calls `report` with a generation, the number of bytes that are unpacked, and the number of bytes in all.
    pub fn new(report: impl Fn(&str, u64, u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(report)))
    }

    fn report(&self, generation: &str, done: u64, all: u64) {
        if let Some(report) = &self.0 {
            report(generation, done, all);
        }
    }
}

/// Why a snapshot cannot be used.
#[derive(Debug, Error)]
pub enum SnapshotLoadError {
    /// It cannot be unpacked.
    #[error(transparent)]
    Unpack(#[from] SnapshotError),
    /// It cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// The snapshots of a program. Each is loaded once, by the first that asks for it.
pub struct Snapshots {
    packed: &'static [Packed],
    folder: PathBuf,
    engine: Mutex<Option<Engine>>,
    loaded: Mutex<Vec<(String, Sandbox)>>,
}

impl Snapshots {
    /// Snapshots to be unpacked into `folder`, which is created with access for its owner alone where it is missing.
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
    pub fn packages_of(&self, version: &str) -> &'static [Package] {
        self.packed.iter().find(|packed| packed.sqlalchemy == version).map_or(&[], |packed| packed.packages)
    }

    /// The version of a generation, or a version itself.
    pub fn version_of(&self, wanted: &str) -> Option<String> {
        let found =
            self.packed.iter().find(|packed| packed.generation == wanted || packed.sqlalchemy == wanted);
        found.map(|packed| packed.sqlalchemy.to_owned())
    }

    /// Unpacks the snapshot of a generation or version; without one, all snapshots.
    pub fn unpack(&self, wanted: Option<&str>, progress: &UnpackProgress) -> Result<(), SnapshotLoadError> {
        for packed in self.selected(wanted) {
            self.unpack_one(packed, progress)?;
        }
        Ok(())
    }

    /// Loads the snapshot of a generation or version, or all snapshots, so that no later run opens a file.
    pub fn load_all(&self, wanted: Option<&str>, progress: &UnpackProgress) -> Result<(), SnapshotLoadError> {
        for packed in self.selected(wanted) {
            self.sandbox(packed.sqlalchemy, progress)?;
        }
        Ok(())
    }

    fn selected(&self, wanted: Option<&str>) -> impl Iterator<Item = &'static Packed> {
        self.packed.iter().filter(move |packed| {
            wanted.is_none_or(|wanted| [packed.generation, packed.sqlalchemy].contains(&wanted))
        })
    }

    /// The sandbox for a version; unpacked and loaded the first time.
    pub fn sandbox(&self, version: &str, progress: &UnpackProgress) -> Result<Sandbox, SnapshotLoadError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sandbox)) = loaded.iter().find(|(known, _)| known == version) {
            return Ok(sandbox.clone());
        }
        let sandbox = self.load(version, progress)?;
        loaded.push((version.to_owned(), sandbox.clone()));
        Ok(sandbox)
    }

    fn load(&self, version: &str, progress: &UnpackProgress) -> Result<Sandbox, SnapshotLoadError> {
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

    fn unpack_one(&self, packed: &Packed, progress: &UnpackProgress) -> Result<Unpacked, SnapshotError> {
        belljar_sandbox::unpack(packed, &self.folder, &mut |done, all| {
            progress.report(packed.generation, done, all);
        })
    }
}
