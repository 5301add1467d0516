//! Writes the list of snapshots into the program.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = manifest.join("../../../build/snapshots");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut generations = Vec::new();
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let name = entry?.file_name().to_string_lossy().into_owned();
        generations.extend(name.strip_suffix(".cwasm.zst").map(str::to_owned));
    }
    generations.sort();
    if generations.is_empty() {
        return Err(format!("no snapshot in `{}`\nhint: run `make snapshots` first", folder.display()).into());
    }
    let mut text = "/// Every snapshot, sorted by generation. A static, as a constant may be in the program once for each use.\npub static ALL: &[Packed] = &[\n".to_owned();
    for generation in &generations {
        write_one(&mut text, &folder, generation)?;
    }
    text.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("snapshots.rs"), text)?;
    Ok(())
}

/// Name, version, and what its releases ask for: since which release, and what.
type NamedPackage<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

fn write_one(text: &mut String, folder: &Path, generation: &str) -> Result<(), Box<dyn std::error::Error>> {
    let file = |suffix: &str| folder.join(format!("{generation}.{suffix}"));
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(file("manifest.json"))?)?;
    let packages = manifest.get("packages").and_then(serde_json::Value::as_array);
    let packages: Vec<NamedPackage<'_>> = packages
        .into_iter()
        .flatten()
        .filter_map(|package| {
            let text = |key: &str| package.get(key)?.as_str();
            let asks = package.get("asks")?.as_array()?.iter();
            let asks = asks.filter_map(|pair| Some((pair.get(0)?.as_str()?, pair.get(1)?.as_str()?)));
            Some((text("name")?, text("version")?, asks.collect()))
        })
        .collect();
    let sqlalchemy = packages.iter().find(|(name, ..)| name.eq_ignore_ascii_case("sqlalchemy"));
    let (_, version, _) =
        sqlalchemy.ok_or_else(|| format!("no SQLAlchemy in the manifest of {generation}"))?;
    writeln!(text, "    Packed {{")?;
    writeln!(text, "        generation: {generation:?},")?;
    writeln!(text, "        sqlalchemy: {version:?},")?;
    writeln!(text, "        packages: &[")?;
    for (name, version, asks) in &packages {
        writeln!(text, "            Package {{ name: {name:?}, version: {version:?}, asks: &{asks:?} }},")?;
    }
    writeln!(text, "        ],")?;
    writeln!(text, "        code: include_bytes!({:?}),", file("cwasm.zst").display().to_string())?;
    writeln!(text, "        description: include_str!({:?}),", file("json").display().to_string())?;
    writeln!(text, "    }},")?;
    for suffix in ["cwasm.zst", "json", "manifest.json"] {
        println!("cargo::rerun-if-changed={}", file(suffix).display());
    }
    Ok(())
}
