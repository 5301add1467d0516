//! Converts nodes of a manifest to datasets.

use std::collections::BTreeMap;

use belljar_lineage::{
    Cause, Dialect, Input, Unknown,
    graph::{Kind, Relation, System},
    input::{InputColumn, Sql, Target},
};
use belljar_schema::{Diagnostic, Severity};
use serde_json::Value;

use super::{
    Options, Project, beside,
    catalog::Catalog,
    data_tests, ends, jinja, lines,
    manifest::{Manifest, Node},
    shared::{Of, relation},
};

/// All datasets of a manifest.
pub(super) fn inputs(
    manifest: &Manifest,
    catalog: &Catalog,
    options: &Options,
    mut diagnostics: Vec<Diagnostic>,
) -> Project {
    let dialect = Dialect::find(&manifest.adapter).or(options.dialect).unwrap_or_else(|| {
        if !manifest.adapter.is_empty() {
            let text = format!(
                "`{}` is not a known adapter; its SQL is parsed with a generic dialect",
                manifest.adapter
            );
            let known: Vec<&str> = Dialect::NAMES.iter().map(|(name, _)| *name).collect();
            let hint = format!("state the dialect: {}", known.join(", "));
            let diagnostic = Diagnostic::new(Severity::Warning, "dialect-not-known", text);
            diagnostics.push(diagnostic.at(options.path.clone(), 0).hint(hint));
        }
        Dialect::Generic
    });
    let mut project = Project {
        version: manifest.version,
        adapter: manifest.adapter.clone(),
        diagnostics,
        ..Project::default()
    };
    let templates = jinja::Templates::new(manifest, options);
    let of = Of { manifest, catalog, options, dialect };
    for node in manifest.nodes.values() {
        let input = match kind(&node.resource_type) {
            Some(kind) => of.dataset(node, kind, &templates, &mut project),
            None if node.resource_type == "test" => data_tests::input(&of, node, &templates, &mut project),
            None if matches!(node.resource_type.as_str(), "operation" | "sql operation") => {
                beside::operation(&of, node, &templates)
            }
            None => {
                let text =
                    format!("`{}` is a `{}`, which is not supported", node.unique_id, node.resource_type);
                let diagnostic = Diagnostic::new(Severity::Warning, "node-not-known", text);
                project.diagnostics.push(diagnostic.at(options.path.clone(), 0));
                continue;
            }
        };
        project.inputs.extend(beside::freshness(&of, node));
        project.inputs.push(input);
    }
    ends::inputs(&of, &mut project.inputs);
    for (id, error) in &manifest.damaged {
        let mut input = Input::new(id.clone(), System::Dbt, Kind::Model, id.rsplit('.').next().unwrap_or(id));
        let message = format!("its entry in the manifest is damaged: {error}");
        input.unknowns.push(Unknown::new(Cause::Damaged, id.clone(), message));
        if id.starts_with("model.") {
            project.inputs.push(input);
        }
    }
    project
}

fn kind(resource: &str) -> Option<Kind> {
    Some(match resource {
        "model" => Kind::Model,
        "snapshot" => Kind::Snapshot,
        "seed" => Kind::Seed,
        "source" => Kind::Source,
        "analysis" => Kind::Analysis,
        _ => return None,
    })
}

/// Columns that `dbt snapshot` adds.
const SNAPSHOT: &[&str] = &["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"];

impl Of<'_> {
    fn dataset(&self, node: &Node, kind: Kind, templates: &jinja::Templates, project: &mut Project) -> Input {
        let mut input = Input::new(node.unique_id.clone(), System::Dbt, kind, node_name(node));
        input.dialect = self.dialect;
        input.place = self.place(&node.original_file_path);
        input.owners = self.owners(node);
        let materialized = node.config.materialized.clone();
        input.facts.extend(materialized.clone().map(|text| ("materialized".to_owned(), text)));
        // An ephemeral model is inlined into its readers, and has no relation.
        if materialized.as_deref() != Some("ephemeral") || node.relation_name.is_some() {
            input.relations.extend(relation(node));
        }
        // dbt's prefix for the common table expression of an ephemeral model.
        input.relations.push(Relation::new([format!("__dbt__cte__{}", node.name)]));
        self.columns(node, &mut input);
        input.reads = node.depends_on.nodes.iter().map(|id| Target::Id(id.clone())).collect();
        if matches!(kind, Kind::Model | Kind::Snapshot | Kind::Analysis) {
            input.wants_sql = true;
            Self::sql(node, &mut input, templates, project);
            beside::add(node, &mut input, templates);
        }
        if kind == Kind::Snapshot && !input.is_complete {
            input.added = SNAPSHOT.iter().map(|name| (*name).to_owned()).collect();
        }
        input
    }

    fn columns(&self, node: &Node, input: &mut Input) {
        let declared: BTreeMap<String, _> =
            node.columns.0.iter().map(|column| (column.name.to_lowercase(), column)).collect();
        if let Some(columns) = self.catalog.get(&node.unique_id) {
            input.is_complete = true;
            input.columns = columns
                .iter()
                .map(|(name, ty)| InputColumn {
                    // A catalog has names in the case of the warehouse.
                    quoted: matches!(self.dialect, Dialect::Postgres | Dialect::Snowflake | Dialect::Oracle),
                    ty: ty.clone().or_else(|| declared.get(&name.to_lowercase())?.data_type.clone()),
                    ..InputColumn::new(name.clone())
                })
                .collect();
            return;
        }
        input.columns = node
            .columns
            .0
            .iter()
            .map(|column| InputColumn {
                quoted: column.quote == Some(true),
                ty: column.data_type.clone(),
                ..InputColumn::new(column.name.clone())
            })
            .collect();
    }

    /// Its compiled SQL, else its rendered template.
    pub(super) fn sql(node: &Node, input: &mut Input, templates: &jinja::Templates, project: &mut Project) {
        let raw = node.raw_code.as_deref().unwrap_or_default();
        if node.language.as_deref() == Some("python") {
            let message = "a model in Python is not followed";
            input.unknowns.push(Unknown::new(Cause::ExpressionNotFollowed, "python", message));
            input.wants_sql = false;
            return;
        }
        if let Some(text) = node.compiled_code.clone().filter(|text| !text.trim().is_empty()) {
            project.compiled += 1;
            input.words = beside::words(raw);
            input.sql = Some(Sql { lines: lines::map(raw, &text), text });
            return;
        }
        if raw.trim().is_empty() {
            return;
        }
        let rendered = templates.render(node);
        project.rendered += usize::from(input.kind != Kind::Test);
        input.unknowns.extend(rendered.unknowns);
        input.sql = rendered.text.map(|text| Sql { lines: lines::map(raw, &text), text });
    }
}

/// The display name of a node: with its source, or its version.
fn node_name(node: &Node) -> String {
    match (&node.source_name, &node.version) {
        (Some(source), _) => format!("{source}.{}", node.name),
        (None, Some(Value::String(version))) => format!("{}.v{version}", node.name),
        (None, Some(Value::Number(version))) => format!("{}.v{version}", node.name),
        _ => node.name.clone(),
    }
}
