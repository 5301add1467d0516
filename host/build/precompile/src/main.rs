//! `belljar-precompile IN.wasm OUT.cwasm.zst`: compiles and packs one snapshot, and writes `OUT.json` beside it.
#![expect(clippy::print_stderr, reason = "a build tool talks to stderr")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, error, fs, io};

const USAGE: &str = "usage: belljar-precompile IN.wasm OUT.cwasm.zst";
const SUFFIX: &str = ".cwasm.zst";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match precompile(Path::new(input), Path::new(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn precompile(input: &Path, output: &Path) -> Result<(), Box<dyn error::Error>> {
    let description = description_path(output)
        .ok_or_else(|| format!("`{}` does not end in `{SUFFIX}`\nhint: {USAGE}", output.display()))?;
    let component =
        fs::read(input).map_err(|error| format!("could not read `{}`: {error}", input.display()))?;
    let code = belljar_precompile::compile(&component)?;
    let packed = belljar_precompile::pack(&code)?;
    replace(output, &packed)?;
    // Last, so that a description is never newer than the code it describes.
    replace(&description, belljar_precompile::describe(&component, &code).as_bytes())?;
    eprintln!(
        "{}: component {}, compiled {}, packed {} bytes",
        output.display(),
        component.len(),
        code.len(),
        packed.len()
    );
    Ok(())
}

/// `2.0.cwasm.zst` is described by `2.0.json`.
fn description_path(output: &Path) -> Option<PathBuf> {
    let stem = output.file_name()?.to_str()?.strip_suffix(SUFFIX)?;
    Some(output.with_file_name(format!("{stem}.json")))
}

/// Writes a whole file or nothing: a build that was interrupted must not leave half a snapshot.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)
}
