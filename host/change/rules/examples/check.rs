//! The findings for two documents of `belljar extract --format json`: `check BASE HEAD`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "run from a command line")]

use std::{env, error::Error, fs, time::Instant};

use belljar_diff::{Options, diff};
use belljar_rules::{RulesConfig, check};
use belljar_schema::Document;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut document = || -> Result<Document, Box<dyn Error>> {
        let path = arguments.next().ok_or("two documents are needed")?;
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    };
    let (base, head) = (document()?, document()?);
    let found = diff(&base, &head, &Options::default());
    let start = Instant::now();
    let report = check(&found, &base, &head, &RulesConfig::default(), &[]);
    let took = start.elapsed();
    for finding in &report.findings {
        let place =
            finding.place.as_ref().map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
        let severity = format!("{:?}", finding.severity).to_lowercase();
        println!("{severity} {} {}: {} [{place}]", finding.code, finding.name, finding.message);
    }
    eprintln!("{took:?}; {} changes, {:?}, {:?}", found.changes.len(), report.summary, report.dialects);
    Ok(())
}
