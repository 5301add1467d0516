//! Runs one plan over a folder and writes the frames, each prefixed with its length (four bytes, little-endian):
//! `guest/tests/test_wasm.py` compares them with native CPython.
//!
//! `frames SNAPSHOT.cwasm.zst BASE.cwasm.zst FOLDER PLAN.json CACHE > frames.bin`; the descriptions are beside the
//! snapshots, and the base is read only if the snapshot is a patch. How the run ended is printed to standard error, and
//! any ending but the regular one gives exit code 1.
#![expect(clippy::print_stderr, reason = "it reports to the test that called it")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{self, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use belljar_sandbox::{Ending, Engine, Job, Packed, RunLimits, Sandbox, unpack};
use belljar_tree::{Content, FileEntry, ReadError, Tree};

struct Directory(PathBuf);

impl Content for Directory {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let io = |error: io::Error| ReadError::Io { path: key.to_owned(), message: error.to_string() };
        fs::read(self.0.join(key)).map(Into::into).map_err(io)
    }
}

fn collect(root: &Path, below: &str, files: &mut BTreeMap<String, FileEntry>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if kind.is_file() {
            files.insert(path.clone(), FileEntry { key: path, size: entry.metadata()?.len() });
        }
    }
    Ok(())
}

/// A snapshot as the program would contain it; a test may leak it.
fn packed(code: &str, base: &str) -> Result<Packed, Box<dyn Error>> {
    let description = code.strip_suffix(".cwasm.zst").ok_or("a snapshot ends in `.cwasm.zst`")?;
    let description = fs::read_to_string(format!("{description}.json"))?;
    let is_patch = description.contains("\"base_blake3\"");
    let base: Option<&'static Packed> =
        if is_patch { Some(Box::leak(Box::new(packed(base, base)?))) } else { None };
    Ok(Packed {
        generation: "test",
        packages: &[],
        sqlalchemy: "test",
        code: fs::read(code)?.leak(),
        description: description.leak(),
        base,
    })
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [code, base, folder, plan, cache] = arguments.as_slice() else {
        return Err("usage: frames SNAPSHOT.cwasm.zst BASE.cwasm.zst FOLDER PLAN.json CACHE".into());
    };
    let unpacked = unpack(&packed(code, base)?, Path::new(cache), &mut |_, _| ())?;
    let mut files = BTreeMap::new();
    collect(Path::new(folder), "", &mut files)?;
    let frames = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&frames);
    let job = Job {
        tree: Tree::new(files, Arc::new(Directory(folder.into()))),
        packages: None,
        bodies: None,
        plan: fs::read(plan)?,
        limits: RunLimits::default(),
        on_frame: Box::new(move |frame| {
            collected.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
            ControlFlow::Continue(())
        }),
    };
    let outcome = Sandbox::new(&Engine::new()?, &unpacked)?.run(job);
    let mut out = io::stdout().lock();
    for frame in frames.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        out.write_all(&u32::try_from(frame.len())?.to_le_bytes())?;
        out.write_all(frame)?;
    }
    eprintln!("{:?}\n{}", outcome.ending, String::from_utf8_lossy(&outcome.stderr));
    Ok(if outcome.ending == Ending::Finished { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
