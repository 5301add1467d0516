use belljar_artefacts::{dataform, dbt, inputs, lookml, tableau};
use belljar_lineage::{Builder, Dialect, graph::Graph};
use belljar_schema::Document;

use crate::{Artefact, Form, GraphConfig};

/// The graph of an application and all its readers. The same arguments give the same graph.
pub fn graph(document: &Document, config: &GraphConfig, artefacts: &[Artefact]) -> Graph {
    let mut builder = Builder::new();
    let warehouse = config.replications.all.first().map_or(Dialect::Generic, |rule| rule.warehouse);
    let dialect = config.dialect.unwrap_or(warehouse);
    builder.application(
        &config.application,
        document,
        Dialect::Generic,
        &config.replications,
        if warehouse == Dialect::Generic { dialect } else { warehouse },
    );
    for diagnostic in config.replications.check(&config.application, document) {
        builder.report(diagnostic);
    }
    let mut looker = Vec::new();
    for artefact in artefacts {
        let (bytes, path) = (&artefact.bytes, artefact.path.as_str());
        match artefact.form {
            Form::Dbt => {
                let options = dbt::Options {
                    path: path.to_owned(),
                    folder: folder(path),
                    dialect: config.dialect,
                    ..dbt::Options::default()
                };
                dbt::parse_project(bytes, artefact.catalog.as_deref(), &options).give(&mut builder);
            }
            Form::Dataform => {
                let reading = dataform::parse_graph(bytes, path);
                reading.diagnostics.into_iter().for_each(|diagnostic| builder.report(diagnostic));
                for input in inputs::dataform(&reading.value) {
                    builder.add(input);
                }
            }
            Form::Lookml => {
                let reading = lookml::parse_file(bytes, path);
                reading.diagnostics.into_iter().for_each(|diagnostic| builder.report(diagnostic));
                looker.push(reading.value);
            }
            Form::Tableau => {
                let reading = tableau::parse_workbook(bytes, path);
                reading.diagnostics.into_iter().for_each(|diagnostic| builder.report(diagnostic));
                for input in inputs::tableau(&reading.value, path) {
                    builder.add(input);
                }
            }
        }
    }
    if !looker.is_empty() {
        let project = lookml::Project::from_files(&looker);
        for input in inputs::lookml(&project, dialect) {
            builder.add(input);
        }
    }
    builder.finish()
}

/// The folder of a dbt project: that of its manifest, or the one around its `target`.
fn folder(path: &str) -> String {
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    parent.strip_suffix("target").map_or(parent, |above| above.trim_end_matches('/')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn folders_of_projects() {
        for (path, expected) in [
            ("target/manifest.json", ""),
            ("a/target/manifest.json", "a"),
            ("manifest.json", ""),
            ("a/b.json", "a"),
        ] {
            assert_eq!(folder(path), expected, "{path}");
        }
    }
}
