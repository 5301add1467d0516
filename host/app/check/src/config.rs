//! The configuration of a check, in any of the formats of [`belljar_config`]; here as TOML:
//!
//! ```toml
//! [check]
//! fail-on = "error"                 # or warning, note, never
//! doubtful = "warning"              # the highest severity of a finding that can't be determined
//! databases = ["postgresql"]        # mysql, mariadb, sqlite; by default, those that the project names
//! index-columns = 3                 # for wide-index
//! migrations = "settle"             # or judge, off: what is done with version files of migrations
//! select = ["BJ1", "BJ2"]           # only these rules: codes, prefixes of codes, names, categories
//! ignore = ["BJ402"]                # not these
//! renames = ["users.mail=users.email", "users.age="]
//!
//! [versions]
//! postgresql = "14"                 # the oldest release that a change will meet
//!
//! [rules]
//! drop-index = "off"                # a code, a name or a category: off, on, note, warning, error
//! BJ204 = { level = "warning", only = ["app/**"], except = ["app/old/**"], except-tables = ["audit_*"] }
//! ```
//!
//! `[drift.ignore]` lists what `belljar drift` leaves out:
//!
//! ```toml
//! [drift.ignore]
//! tables = ["tmp_*", "audit.*"]     # globs of `[schema.]name`; `columns` and others of `[schema.]table.name`
//! indexes = ["*.ix_tmp_*"]
//! ```
//!
//! `[downstream]`, `[[landing]]` and `[contracts]` are those of [`belljar_graph::GraphConfig`], `sqlalchemy` and
//! `[service]` those of [`ProjectConfig`].
//!
//! It comes with the repository, so there is nothing in it that names a file outside it, raises a limit, or runs.

mod ignore;
mod schema;
mod walk;

use belljar_config::ConfigText;
use belljar_config::{Problem, ProjectConfig};
use belljar_diff::Rename;
use belljar_rules::RulesConfig;

pub use ignore::{Ignore, ObjectKind};
pub use schema::json_schema;

use crate::FailOn;

/// The configuration of a check.
#[derive(Debug, Clone, Default)]
pub struct CheckConfig {
    /// The lowest severity at which a finding fails the check.
    pub fail_on: FailOn,
    /// The configuration of the rules.
    pub rules: RulesConfig,
    /// What names the databases of the rules, if it is the project and not a configuration: clauses for people.
    pub databases_named_by: Vec<String>,
    /// Renames that the configuration states.
    pub renames: Vec<Rename>,
    /// The readers of the schema, and the contracts with them.
    pub downstream: belljar_graph::GraphConfig,
    /// What is done with the version files that a head adds.
    pub migrations: MigrationsMode,
    /// What a comparison with a database leaves out.
    pub drift: Ignore,
    /// The SQLAlchemy generation and the services of the project.
    pub project: ProjectConfig,
}

/// What a check does with the version files that a head adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MigrationsMode {
    /// It judges them, and a danger in the models that they avoid is settled.
    #[default]
    Settle,
    /// It judges them, and nothing is settled by them.
    Judge,
    /// It does not look at them.
    Off,
}

impl MigrationsMode {
    /// The names of the modes in settings.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("settle", Self::Settle), ("judge", Self::Judge), ("off", Self::Off)];
}

/// All problems of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The problems in the order of their lines; at least one.
    pub problems: Vec<Problem>,
}

impl CheckConfig {
    /// Reads the text of a configuration.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> Result<Self, ConfigError> {
        walk::parse_config(source.into())
    }

    /// The owners that the configuration states for a file, by its path from the directory that is checked.
    pub fn owners_of(&self, path: &str) -> &[String] {
        let service = self.project.service_of(&self.rules.path_in_project(path));
        service.map_or(&[], |service| service.owners.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use belljar_rules::{Database, Level, Severity, Version};

    use super::*;

    #[test]
    fn everything_that_can_be_set() {
        let text = r#"
            [check]
            fail-on = "warning"
            doubtful = "note"
            databases = ["postgresql", "sqlite"]
            index-columns = 5
            migrations = "judge"
            renames = ["users.mail=users.email", "users.age="]
            select = ["BJ1", "bj204", "locks"]
            ignore = ["drop-index"]
            [versions]
            postgresql = "12.3"
            mysql = 8
            [rules]
            drop-index = "off"
            bj204 = { level = "warning", only = ["app/**"], except = ["app/old/**"] }
            naming.except-tables = ["audit_*"]
        "#;
        let config = CheckConfig::parse(text).expect("a good one");
        assert_eq!(config.fail_on, FailOn::Warning);
        assert_eq!(config.rules.doubtful, Severity::Note);
        assert_eq!(config.rules.dialects, [Database::Postgresql, Database::Sqlite]);
        assert_eq!(config.rules.index_columns, 5);
        assert_eq!(config.migrations, MigrationsMode::Judge);
        let selector = |text: &str| belljar_rules::parse_selector(text).expect("a good one");
        assert_eq!(config.rules.select, ["BJ1", "BJ204", "locks"].map(selector));
        assert_eq!(config.rules.ignore, ["drop-index"].map(selector));
        assert_eq!((config.renames.len(), config.renames[1].new.as_ref()), (2, None));
        assert_eq!(config.rules.versions.postgresql, Version(12, 3, 0));
        assert_eq!(config.rules.versions.mysql, Version(8, 0, 0));
        assert_eq!(config.rules.rules["drop-index"].level, Some(Level::Off));
        assert_eq!(config.rules.rules["BJ204"].only, ["app/**"]);
        assert_eq!(config.rules.rules["naming"].except_tables, ["audit_*"]);
        assert!(CheckConfig::parse("").is_ok());
    }

    #[track_caller]
    fn wrong(text: &str, line: usize, message: &str, hint: Option<&str>) {
        let error = CheckConfig::parse(text).expect_err("it is wrong");
        let first = &error.problems[0];
        assert_eq!((first.line, first.message.as_str(), first.hint.as_deref()), (line, message, hint));
    }

    #[test]
    fn problems_are_reported_with_their_line() {
        let hint = |text| Some(text);
        wrong("[chekc]\n", 1, "unknown key `chekc`", hint("did you mean `check`?"));
        wrong(
            "[check]\nfail_on = 'error'\n",
            2,
            "unknown key `fail_on` in `check`",
            hint("did you mean `fail-on`?"),
        );
        wrong(
            "[check]\nfail-on = 'eror'\n",
            2,
            "`check.fail-on` is `eror`, which is not one of `error`, `warning`, `note`, `never`",
            hint("did you mean `error`?"),
        );
        wrong(
            "[check]\n\ndatabases = ['postgres']\n",
            3,
            "`check.databases` is `postgres`, which is not one of `postgresql`, `mysql`, `mariadb`, `sqlite`",
            hint("did you mean `postgresql`?"),
        );
        wrong("[check]\nfail-on = 3\n", 2, "`check.fail-on` must be a string, but is an integer", None);
        wrong(
            "[rules]\nBJ1O1 = 'off'\n",
            2,
            "there is no rule or category `BJ1O1`",
            hint("did you mean `BJ101`?"),
        );
        wrong(
            "[rules]\ndrop-colum = 'off'\n",
            2,
            "there is no rule or category `drop-colum`",
            hint("did you mean `drop-column`?"),
        );
        wrong(
            "[rules.BJ101]\nexcept-table = ['x']\n",
            2,
            "unknown key `except-table` in `rules.BJ101`",
            hint("did you mean `except-tables`?"),
        );
        wrong(
            "[rules]\nBJ101 = { only = ['['] }\n",
            2,
            "`rules.BJ101.only` has `[`, which is not a glob pattern: unclosed character class; missing ']'",
            None,
        );
        wrong(
            "[versions]\nmysql = 'eight'\n",
            2,
            "`versions.mysql` is `eight`, which is not a release",
            None,
        );
        wrong(
            "[check]\nignore = ['BJ1O1']\n",
            2,
            "`check.ignore`: there is no rule, prefix or category `BJ1O1`; did you mean `BJ101`?",
            None,
        );
        wrong("[check]\nrenames = ['a']\n", 2, "`check.renames` has `a`, which is not a rename", {
            hint("write `old=new`, or `old=` if it was not renamed")
        });
    }

    /// A repository does not decide which resources its check may use, or what it reads.
    #[test]
    fn limits_and_files_are_refused() {
        for key in ["notify", "hooks"] {
            let error = CheckConfig::parse(format!("[{key}]\n").as_str()).expect_err("it is refused");
            assert_eq!(error.problems[0].message, format!("`{key}` can't be set by a repository"));
            assert!(error.problems[0].hint.as_ref().is_some_and(|hint| hint.contains("--notify FILE")));
        }
        for key in ["fuel", "timeout", "memory", "max-files", "wheelhouse", "cache-dir", "output"] {
            for text in [format!("{key} = 1\n"), format!("[check]\n{key} = 1\n"), format!("[{key}]\n")] {
                let error = CheckConfig::parse(text.as_str()).expect_err("it is refused");
                let message = &error.problems[0].message;
                assert_eq!(*message, format!("`{key}` can't be set by a repository"), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_toml() {
        let error = CheckConfig::parse("[check]\nfail-on = \n").expect_err("it is wrong");
        assert_eq!(error.problems[0].line, 2, "{error:?}");
        let error =
            CheckConfig::parse(format!("a = {}", "[".repeat(10_000)).as_str()).expect_err("it is deep");
        assert_eq!(error.problems[0].line, 1, "{error:?}");
        let error =
            CheckConfig::parse("#".repeat(belljar_config::LONGEST + 1).as_str()).expect_err("it is long");
        assert_eq!(error.problems[0].message, "it has 65537 bytes; the limit is 65536");
    }

    #[test]
    fn every_problem_is_reported() {
        let error =
            CheckConfig::parse("[check]\na = 1\nb = 2\n[rules]\nc = 'off'\n").expect_err("it is wrong");
        assert_eq!(error.problems.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 3, 5]);
    }
}
