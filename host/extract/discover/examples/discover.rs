//! Reads a directory and prints what is found there: `cargo run -p belljar-discover --example discover -- DIR`.
#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::{collections::BTreeMap, fs, io, path::Path, sync::Arc, time::Instant};

use belljar_discover::{Options, Tablename, discover};
use belljar_tree::{Content, FileEntry, ReadError, Tree};

struct Directory(String);

impl Content for Directory {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let path = format!("{}/{key}", self.0);
        let io = |error: io::Error| ReadError::Io { path: key.to_owned(), message: error.to_string() };
        fs::read(path).map(Into::into).map_err(io)
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

fn main() -> io::Result<()> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut files = BTreeMap::new();
    collect(Path::new(&root), "", &mut files)?;
    let tree = Tree::new(files, Arc::new(Directory(root)));
    let start = Instant::now();
    let found = discover(&tree, &Options::default());
    println!("# {:?}\n# {:?}", start.elapsed(), found.scanned);
    for root in &found.roots {
        println!("root\t{}\t{}", root.path, root.names.join(" "));
    }
    for candidate in &found.candidates {
        println!(
            "candidate\t{}\t{}\t{}:{}",
            candidate.module, candidate.reason, candidate.path, candidate.line
        );
    }
    for class in found.index.classes() {
        if let Tablename::Literal(name) = &class.tablename {
            println!("table\t{name}\t{}\t{}:{}", class.module, class.path, class.line);
        }
    }
    for table in found.index.tables() {
        let name = table.name.as_deref().unwrap_or("?");
        println!("table\t{name}\t{}\t{}:{}", table.module, table.path, table.line);
    }
    for specifier in &found.requested.specifiers {
        println!("requires\t{specifier:?}");
    }
    let choice = found.requested.newest_fitting(&["1.3.24", "1.4.54", "2.0.50", "2.1.9"]);
    println!("choice\t{:?}\t{:?}\t{}", choice.version, choice.fit, choice.reason);
    for diagnostic in &found.diagnostics {
        println!("{:?}\t{}\t{}", diagnostic.severity, diagnostic.code, diagnostic.message);
    }
    Ok(())
}
