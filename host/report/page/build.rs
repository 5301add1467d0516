//! Includes the page that `make page` builds, if there is one.

use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The folder is in the repository, with nothing in it: a file that is absent would be looked for by each build.
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../../page/dist");
    println!("cargo::rerun-if-changed={}", folder.display());
    let page = folder.join("page.html");
    let html = if page.is_file() {
        println!("cargo::rerun-if-changed={}", page.display());
        fs::read(page)?
    } else {
        Vec::new()
    };
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("page.html"), html)?;
    Ok(())
}
