//! `belljar-precompile IN.wasm OUT.cwasm.zst [--base BASE.cwasm.zst]`: compiles and packs one snapshot, and writes `OUT.json`
//! beside it. With a base, which has its own description beside it, what is packed is a patch of that.
#![expect(clippy::print_stderr, reason = "a build tool talks to stderr")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, error, fs, io};

const USAGE: &str = "usage: belljar-precompile IN.wasm OUT.cwasm.zst [--base BASE.cwasm.zst]";
const SUFFIX: &str = ".cwasm.zst";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let (input, output, base) = match arguments.as_slice() {
        [input, output] => (input, output, None),
        [input, output, flag, base] if flag == "--base" => (input, output, Some(Path::new(base))),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match precompile(Path::new(input), Path::new(output), base) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn precompile(input: &Path, output: &Path, base: Option<&Path>) -> Result<(), Box<dyn error::Error>> {
    let description = description_path(output)?;
    let base = base.map(base_code).transpose()?;
    let component = read_file(input)?;
    let code = belljar_precompile::compile(&component)?;
    let packed = match &base {
        Some(base) => belljar_precompile::patch(&code, base)?,
        None => belljar_precompile::pack(&code)?,
    };
    replace(output, &packed)?;
    // Last, so that a description is never newer than the code it describes.
    let described = belljar_precompile::describe(&component, &code, base.as_deref());
    replace(&description, described.as_bytes())?;
    eprintln!(
        "{}: component {}, compiled {}, packed {} bytes",
        output.display(),
        component.len(),
        code.len(),
        packed.len()
    );
    Ok(())
}

/// The code of a base, as its description has it.
fn base_code(base: &Path) -> Result<Vec<u8>, Box<dyn error::Error>> {
    let description = String::from_utf8(read_file(&description_path(base)?)?)?;
    let code = belljar_precompile::unpack(&read_file(base)?, &description);
    Ok(code.map_err(|error| format!("`{}`: {error}", base.display()))?)
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("could not read `{}`: {error}", path.display()))
}

/// `2.0.cwasm.zst` is described by `2.0.json`.
fn description_path(packed: &Path) -> Result<PathBuf, String> {
    let stem = packed.file_name().and_then(|name| name.to_str()?.strip_suffix(SUFFIX));
    stem.map(|stem| packed.with_file_name(format!("{stem}.json")))
        .ok_or_else(|| format!("`{}` does not end in `{SUFFIX}`\nhint: {USAGE}", packed.display()))
}

/// Writes a whole file or nothing: a build that was interrupted must not leave half a snapshot.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)
}
