//! Gives the program an identity: a digest of everything that is compiled into it. A result of another build is never
//! taken, whatever version number both have.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../..");
    let mut files = vec![root.join("Cargo.lock")];
    for group in folders(&root.join("host"))? {
        for own in folders(&group)? {
            collect(&own.join("src"), &mut files)?;
        }
    }
    let snapshots = root.join("build/snapshots");
    println!("cargo::rerun-if-changed={}", snapshots.display());
    files.extend(descriptions(&snapshots));
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let bytes = fs::read(&file)?;
        let name = file.strip_prefix(&root)?.to_string_lossy().into_owned();
        hasher.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    println!("cargo::rustc-env=BELLJAR_BUILD={}", hasher.finalize().to_hex());
    Ok(())
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let all = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(all.into_iter().map(|entry| entry.path()).filter(|path| path.is_dir()).collect())
}

/// All files below a folder. The folder itself is watched too: a new file changes it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The descriptions of the snapshots, which hold the digests of their code; none where they are not built yet.
fn descriptions(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    all.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect()
}
