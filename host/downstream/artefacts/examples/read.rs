//! Reads files of LookML, Tableau, Dataform and CODEOWNERS, and reports how many could be read: `read FILE…`.
#![expect(clippy::print_stdout, reason = "the result of an example is printed")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the name is in lower case")]

use std::{collections::BTreeMap, env, fs, time::Instant};

use belljar_artefacts::{codeowners, dataform, lookml, tableau};
use belljar_schema::{Diagnostic, Severity};

fn main() {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let start = Instant::now();
    let mut files = Vec::new();
    for path in env::args().skip(1) {
        let Ok(bytes) = fs::read(&path) else { continue };
        let name = path.to_lowercase();
        let (kind, found, diagnostics): (&str, usize, Vec<Diagnostic>) =
            if name.ends_with(".lkml") || name.ends_with(".lookml") {
                let reading = lookml::parse_file(&bytes, &path);
                let fields: usize = reading.value.views.iter().map(|view| view.fields.len()).sum();
                let found = fields + reading.value.explores.len();
                files.push(reading.value);
                ("lookml", found, reading.diagnostics)
            } else if name.ends_with(".json") {
                let reading = dataform::parse_graph(&bytes, &path);
                ("dataform", reading.value.actions.len(), reading.diagnostics)
            } else if name.ends_with("codeowners") {
                let reading = codeowners::parse_file(&bytes, &path);
                ("codeowners", reading.value.owners("src/main.rs").len(), reading.diagnostics)
            } else {
                let reading = tableau::parse_workbook(&bytes, &path);
                let columns: usize = reading.value.sources.iter().map(|source| source.columns.len()).sum();
                ("tableau", columns + reading.value.worksheets.len(), reading.diagnostics)
            };
        let [all, read, things, size] = counts.entry(kind).or_default();
        *all += 1;
        *read += usize::from(diagnostics.iter().all(|one| one.severity != Severity::Error));
        *things += found;
        *size += bytes.len();
        for one in diagnostics {
            let line = one.place.as_ref().map_or(0, |place| place.line);
            println!("{path}:{line}: {}", one.message);
        }
    }
    let project = lookml::Project::from_files(&files);
    for one in project.diagnostics.iter().take(10) {
        println!("{}", one.message);
    }
    for (kind, [all, read, things, size]) in counts {
        println!(
            "{kind}: {read} of {all} files read completely, {things} columns, fields and similar items, {size} bytes"
        );
    }
    println!("{:?}", start.elapsed());
}
