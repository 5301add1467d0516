use belljar_config::{ConfigText, Problem, Value, Walk, entries, parse_config};
use belljar_contract::Contracts;
use belljar_lineage::Dialect;
use belljar_replication::Replications;
use globset::Glob;

/// The tables of `belljar.toml` that are read here.
pub const ROOT: &[&str] = &["contracts", "downstream", "landing"];

const KEYS: &[&str] = &["application", "dataform", "dbt", "dialect", "lookml", "tableau"];

/// The maximum length of a pattern.
const LONGEST_GLOB: usize = 1_000;

/// The downstream configuration of `belljar.toml`.
///
/// ```toml
/// [downstream]
/// application = "shop"                        # its name, if several are replicated to one warehouse
/// dialect = "snowflake"                       # of artefacts that do not state theirs
/// dbt = ["analytics/target/manifest.json"]    # globs over the files of the source only
/// dataform = ["dataform.json"]
/// lookml = ["looker/**/*.lkml"]
/// tableau = ["bi/*.twbx"]
/// ```
///
/// `[[landing]]` is read as [`Replications`], `[contracts]` as [`Contracts`].
#[derive(Debug, Clone, Default)]
pub struct GraphConfig {
    /// The path of the configuration.
    pub file: String,
    /// Name of the application; empty if there is only one.
    pub application: String,
    /// The SQL dialect of artefacts that do not state theirs.
    pub dialect: Option<Dialect>,
    /// Patterns of dbt manifests.
    pub dbt: Vec<String>,
    /// Patterns of outputs of `dataform compile --json`.
    pub dataform: Vec<String>,
    /// Patterns of LookML files.
    pub lookml: Vec<String>,
    /// Patterns of Tableau's workbooks and data sources.
    pub tableau: Vec<String>,
    /// The replication of tables to warehouses.
    pub replications: Replications,
    /// The contracts with readers.
    pub contracts: Contracts,
}

impl GraphConfig {
    /// Reads its tables of a configuration, and ignores others. Errors are reported with their lines; valid settings
    /// are read all the same.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> (Self, Vec<Problem>) {
        let source = source.into();
        let (mut config, mut problems) = parse_config(source, |walk, root| {
            let mut config = Self { file: walk.path().to_owned(), ..Self::default() };
            for (key, value) in entries(root) {
                if key.name == "downstream" {
                    config.downstream(walk, value);
                }
            }
            config
        });
        let (replications, of_replications) = Replications::parse(source);
        let (contracts, of_contracts) = Contracts::parse(source);
        (config.replications, config.contracts) = (replications, contracts);
        problems.extend(of_replications);
        problems.extend(of_contracts);
        problems.sort();
        // Each part would report the same invalid TOML.
        problems.dedup();
        (config, problems)
    }

    /// Whether some artefact is named.
    pub fn names_artefacts(&self) -> bool {
        [&self.dbt, &self.dataform, &self.lookml, &self.tableau].iter().any(|patterns| !patterns.is_empty())
    }

    fn downstream(&mut self, walk: &mut Walk<'_>, value: &Value<'_>) {
        for (key, value) in walk.table("downstream", value) {
            let path = format!("downstream.{}", key.name);
            match key.name {
                "application" => self.application = walk.text(&path, value).unwrap_or_default(),
                "dialect" => self.dialect = dialect(walk, &path, value),
                "dbt" => self.dbt = globs(walk, &path, value),
                "dataform" => self.dataform = globs(walk, &path, value),
                "lookml" => self.lookml = globs(walk, &path, value),
                "tableau" => self.tableau = globs(walk, &path, value),
                _ => walk.unknown(key, "downstream", KEYS),
            }
        }
    }
}

fn dialect(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Option<Dialect> {
    walk.choice(path, value, Dialect::NAMES)
}

fn globs(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for item in walk.items(path, value) {
        let Some(text) = walk.text(path, item) else { continue };
        let wrong = match Glob::new(&text) {
            _ if text.len() > LONGEST_GLOB => Some(format!("`{path}` has a glob that is too long")),
            Err(error) => {
                Some(format!("`{path}` has `{text}`, which is not a glob pattern: {}", error.kind()))
            }
            Ok(_) => None,
        };
        match wrong {
            Some(message) => walk.problem(item.span().start, message, None),
            None => found.push(text),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_can_be_set() {
        let text = "[downstream]\napplication = 'shop'\ndialect = 'bigquery'\ndbt = ['a/manifest.json']\n\
                    lookml = ['l/**']\n[[landing]]\nservice = 'fivetran'\n[contracts.c.tables]\norders = ['id']\n";
        let (settings, problems) = GraphConfig::parse(text);
        assert_eq!(problems, []);
        assert_eq!((settings.application.as_str(), settings.dialect), ("shop", Some(Dialect::BigQuery)));
        assert_eq!((settings.dbt.len(), settings.lookml.len()), (1, 1));
        assert_eq!((settings.replications.all.len(), settings.contracts.all.len()), (1, 1));
        assert!(settings.names_artefacts());
    }

    #[test]
    fn problems_are_reported_once_with_their_line() {
        let reported = |text: &str| {
            let problems = GraphConfig::parse(text).1;
            problems.into_iter().map(|one| (one.line, one.message)).collect::<Vec<_>>()
        };
        assert_eq!(
            reported("[downstream]\ndtb = ['x']\n"),
            [(2, "unknown key `dtb` in `downstream`".to_owned())]
        );
        assert_eq!(reported("[downstream]\ndbt = ['[']\n")[0].0, 2);
        assert_eq!(reported("[downstream]\ndialect = 'snowflak'\n").len(), 1);
        assert_eq!(reported("[downstream\n").len(), 1, "what is no TOML is said once");
    }
}
