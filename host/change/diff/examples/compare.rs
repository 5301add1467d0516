//! Compares two documents of `belljar extract --format json`: `compare BASE HEAD [OLD=NEW …]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "run from a command line")]

use std::{env, error::Error, fs, time::Instant};

use belljar_diff::{Options, Rename, apply, diff, render::Text};
use belljar_schema::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut document = || -> Result<Document, Box<dyn Error>> {
        let path = arguments.next().ok_or("two documents are needed")?;
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    };
    let (base, head) = (document()?, document()?);
    let renames = arguments.filter_map(|text| Rename::parse(&text)).collect();
    let start = Instant::now();
    let found = diff(&base, &head, &Options { renames, ..Options::default() });
    let took = start.elapsed();
    print!("{}", Text(&found));
    let left = diff(&apply(&base, &found), &head, &Options::default());
    eprintln!("{took:?}; {} changes, {} left when they are made", found.changes.len(), left.changes.len());
    Ok(())
}
