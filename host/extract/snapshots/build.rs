//! Writes the list of snapshots into the program, where it has to carry them.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
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
    let mut snapshots = Vec::new();
    for generation in generations {
        snapshots.push(Snapshot::from_folder(&folder, generation)?);
    }
    let mut text = String::new();
    for snapshot in &snapshots {
        write_one(&mut text, snapshot, &snapshots)?;
    }
    let names: Vec<String> = snapshots.iter().map(Snapshot::name).collect();
    let names = names.join(", ");
    writeln!(
        text,
        "/// Every snapshot, sorted by generation. A static, as a constant may be in the program once for each use."
    )?;
    writeln!(text, "pub static ALL: &[Packed] = &[{names}];")?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("snapshots.rs"), text)?;
    Ok(())
}

/// Name, version, and the requirements of its releases: since which release, and which.
type NamedPackage<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

/// The files of `make snapshots` for one generation.
struct Snapshot {
    generation: String,
    manifest: serde_json::Value,
    description: serde_json::Value,
    code: PathBuf,
    described: PathBuf,
}

impl Snapshot {
    fn from_folder(folder: &Path, generation: String) -> Result<Self, Box<dyn std::error::Error>> {
        let file = |suffix: &str| folder.join(format!("{generation}.{suffix}"));
        for suffix in ["cwasm.zst", "json", "manifest.json"] {
            println!("cargo::rerun-if-changed={}", file(suffix).display());
        }
        let json = |path: PathBuf| -> Result<serde_json::Value, Box<dyn std::error::Error>> {
            Ok(serde_json::from_slice(&fs::read(path)?)?)
        };
        Ok(Self {
            manifest: json(file("manifest.json"))?,
            description: json(file("json"))?,
            code: file("cwasm.zst"),
            described: file("json"),
            generation,
        })
    }

    /// The name of its static, `SNAPSHOT_2_0`.
    fn name(&self) -> String {
        format!("SNAPSHOT_{}", self.generation.replace('.', "_"))
    }

    fn digest(&self, key: &str) -> Option<&str> {
        self.description.get(key)?.as_str()
    }

    /// The base of a patch, which is not a patch itself.
    fn base<'a>(&self, all: &'a [Self]) -> Result<Option<&'a Self>, String> {
        let Some(digest) = self.digest("base_blake3") else { return Ok(None) };
        let mut whole = all.iter().filter(|other| other.digest("base_blake3").is_none());
        whole.find(|other| other.digest("blake3") == Some(digest)).map(Some).ok_or_else(|| {
            format!("no snapshot is the base of {}\nhint: run `make snapshots` first", self.generation)
        })
    }
}

fn write_one(
    text: &mut String,
    snapshot: &Snapshot,
    all: &[Snapshot],
) -> Result<(), Box<dyn std::error::Error>> {
    let generation = &snapshot.generation;
    let base =
        snapshot.base(all)?.map_or_else(|| "None".to_owned(), |base| format!("Some(&{})", base.name()));
    let packages = snapshot.manifest.get("packages").and_then(serde_json::Value::as_array);
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
    writeln!(text, "static {}: Packed = Packed {{", snapshot.name())?;
    writeln!(text, "    generation: {generation:?},")?;
    writeln!(text, "    sqlalchemy: {version:?},")?;
    writeln!(text, "    packages: &[")?;
    for (name, version, asks) in &packages {
        writeln!(text, "        Package {{ name: {name:?}, version: {version:?}, asks: &{asks:?} }},")?;
    }
    writeln!(text, "    ],")?;
    writeln!(text, "    code: include_bytes!({:?}),", snapshot.code.display().to_string())?;
    writeln!(text, "    description: include_str!({:?}),", snapshot.described.display().to_string())?;
    writeln!(text, "    base: {base},")?;
    writeln!(text, "}};")?;
    Ok(())
}
