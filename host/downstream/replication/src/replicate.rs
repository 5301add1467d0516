use belljar_lineage::{Replicated, Replication, graph::Relation};
use belljar_schema::Certainty;
use belljar_schema::{Diagnostic, Document, Place, Severity, Table};
use belljar_text::did_you_mean;

use crate::{ReplicationRule, Replications, Service};

impl Replication for Replications {
    fn replicate(&self, application: &str, table: &Table) -> Vec<Replicated> {
        let rules = self.all.iter().filter(|rule| rule.is_of(application) && rule.brings(table));
        let mut out: Vec<Replicated> = rules.map(|rule| rule.replicate(table)).collect();
        out.sort_by_key(|replicated| replicated.certainty);
        out
    }
}

impl Replications {
    /// Diagnostics for mappings of unknown names, with the nearest names, and for tables with the same target.
    pub fn check(&self, application: &str, document: &Document) -> Vec<Diagnostic> {
        // The names with and without their schema.
        let short = document.tables.iter().map(|table| table.name.clone());
        let names: Vec<String> = document.tables.iter().map(Table::full_name).chain(short).collect();
        let mut out = Vec::new();
        for rule in self.all.iter().filter(|rule| rule.is_of(application)) {
            for (name, _, line) in &rule.tables {
                if !document.tables.iter().any(|table| is_named(table, name)) {
                    out.push(absent(
                        &rule.file,
                        "landing-no-such-table",
                        &format!("there is no table `{name}`"),
                        *line,
                        did_you_mean(name, &names),
                    ));
                }
            }
            for (path, _, line) in &rule.columns {
                let Some((table, column)) = path.rsplit_once('.') else { continue };
                let Some(found) = document.tables.iter().find(|one| is_named(one, table)) else {
                    out.push(absent(
                        &rule.file,
                        "landing-no-such-table",
                        &format!("there is no table `{table}`"),
                        *line,
                        did_you_mean(table, &names),
                    ));
                    continue;
                };
                if !found.columns.iter().any(|one| one.name == column) {
                    let message = format!("table `{table}` has no column `{column}`");
                    let columns: Vec<&str> = found.columns.iter().map(|one| one.name.as_str()).collect();
                    out.push(absent(
                        &rule.file,
                        "landing-no-such-column",
                        &message,
                        *line,
                        did_you_mean(column, columns),
                    ));
                }
            }
            if !document.tables.is_empty() && !document.tables.iter().any(|table| rule.brings(table)) {
                let message = "`only` and `except` exclude every table";
                out.push(absent(&rule.file, "landing-brings-nothing", message, rule.line, None));
            }
            out.extend(rule.collisions(document));
        }
        out
    }
}

fn absent(file: &str, code: &str, message: &str, line: u32, hint: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::new(Severity::Warning, code, message).at(file, line);
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// Whether a configuration applies to this table, with or without its schema.
fn is_named(table: &Table, name: &str) -> bool {
    table.name == name || table.full_name() == name
}

impl ReplicationRule {
    /// An application without a name is the only one.
    fn is_of(&self, application: &str) -> bool {
        self.application.as_ref().is_none_or(|own| own == application || application.is_empty())
    }

    fn brings(&self, table: &Table) -> bool {
        let full = table.full_name();
        let is_among = |set: &globset::GlobSet| set.is_match(&full) || set.is_match(&table.name);
        self.only.as_ref().is_none_or(is_among) && !is_among(&self.except)
    }

    /// Tables that share a target, which mixes their rows.
    fn collisions(&self, document: &Document) -> Vec<Diagnostic> {
        let mut seen: std::collections::BTreeMap<Vec<String>, String> = std::collections::BTreeMap::new();
        let mut out = Vec::new();
        for table in document.tables.iter().filter(|table| self.brings(table)) {
            let relation = self.replicate(table).relation;
            if let Some(other) = seen
                .insert(relation.key(self.warehouse), table.full_name())
                .filter(|other| *other != table.full_name())
            {
                let message =
                    format!("`{other}` and `{}` are both replicated to `{relation}`", table.full_name());
                let hint = "give one of them a name in `landing.tables`, or use two `[[landing]]` tables";
                out.push(absent(&self.file, "landing-collision", &message, self.line, Some(hint.to_owned())));
            }
        }
        out
    }

    /// A table as replicated to the warehouse.
    pub(crate) fn replicate(&self, table: &Table) -> Replicated {
        let mapped = self.tables.iter().find(|(name, ..)| is_named(table, name));
        let (relation, mut certainty) = match mapped {
            Some((_, relation, _)) => (Relation::parse(relation), Certainty::Certain),
            None => self.relation(table),
        };
        let mut columns = Vec::new();
        for column in &table.columns {
            let path = |table: &str| format!("{table}.{}", column.name);
            let (short, long) = (path(&table.name), path(&table.full_name()));
            let own = self.columns.iter().find(|(name, ..)| *name == short || *name == long);
            match own {
                // An empty name excludes the column.
                Some((_, name, _)) if name.is_empty() => {}
                Some((_, name, _)) => columns.push((column.name.clone(), name.clone())),
                None => {
                    let named = self.service_of_names().column(&column.name, self.warehouse);
                    if !named.sure {
                        certainty = certainty.max(Certainty::Likely);
                    }
                    columns.push((column.name.clone(), named.text));
                }
            }
        }
        let line = mapped.map_or(self.line, |(.., line)| *line);
        Replicated {
            service: self.service.text().to_owned(),
            relation,
            columns,
            added: self.service.added().iter().map(|name| self.cased(name)).collect(),
            certainty,
            place: Some(Place { path: self.file.clone(), line }),
        }
    }

    const fn service_of_names(&self) -> Service {
        if self.source_naming { Service::None } else { self.service }
    }

    fn cased(&self, name: &str) -> String {
        if self.warehouse == belljar_lineage::Dialect::Snowflake && self.service != Service::None {
            name.to_uppercase()
        } else {
            name.to_owned()
        }
    }

    /// The relation by the conventions of the service.
    fn relation(&self, table: &Table) -> (Relation, Certainty) {
        let names = self.service_of_names();
        let source_schema = table.schema.as_deref().or(self.source_schema.as_deref());
        let mut sure = true;
        let mut named = |name: &str| {
            let named = names.table(name, self.warehouse);
            sure &= named.sure;
            named.text
        };
        let schema = match (&self.schema, source_schema) {
            (Some(schema), source) if schema.contains("{schema}") => {
                Some(schema.replace("{schema}", &named(source.unwrap_or_default())))
            }
            (Some(schema), _) => Some(schema.clone()),
            // "Mirror source structure" (Airbyte), replication.
            (None, Some(source)) => Some(named(source)),
            (None, None) => None,
        };
        let table_name = match (self.schema_in_names, source_schema) {
            (true, Some(source)) => format!("{}__{}", named(source), named(&table.name)),
            _ => named(&format!("{}{}", self.prefix, table.name)),
        };
        let parts = [self.database.clone(), schema, Some(table_name)].into_iter().flatten();
        (Relation::new(parts), if sure { Certainty::Certain } else { Certainty::Likely })
    }
}
