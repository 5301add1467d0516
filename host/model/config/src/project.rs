//! The part of a configuration that is about the project itself: its SQLAlchemy generation, and its services.

use belljar_dialect::Database;
use belljar_text::did_you_mean;

use crate::{ConfigText, Key, Problem, Value, Walk, entries, parse_config};

/// The keys of the root of a configuration that are read here.
pub const PROJECT_KEYS: &[&str] = &["service", "sqlalchemy"];

/// The keys of a service.
pub const SERVICE_KEYS: &[&str] = &["path", "sqlalchemy", "databases", "owners"];

/// The databases of a service.
const DATABASES: [Database; 4] = [Database::Postgresql, Database::Mysql, Database::Mariadb, Database::Sqlite];

/// The maximum number of services.
const MOST_SERVICES: usize = 1_000;

/// The settings of the project itself.
///
/// ```toml
/// sqlalchemy = "2.0"                    # instead of what the requirements state
///
/// [service.billing]                     # a part of a repository with several services
/// path = "services/billing"
/// sqlalchemy = "1.4"
/// databases = ["mysql"]                 # instead of `check.databases`
/// owners = ["@acme/billing"]            # instead of CODEOWNERS
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectConfig {
    /// The SQLAlchemy generation of everything that no service contains.
    pub sqlalchemy: Option<String>,
    /// The services, sorted by path.
    pub services: Vec<Service>,
}

/// A part of a repository with settings of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its directory, from the folder of the configuration; empty for that folder.
    pub path: String,
    /// Its SQLAlchemy generation.
    pub sqlalchemy: Option<String>,
    /// The databases of its schema; empty for those of the whole.
    pub databases: Vec<Database>,
    /// Its owners; empty for those that CODEOWNERS names.
    pub owners: Vec<String>,
    /// The line of its table, counted from 1.
    pub line: u32,
}

impl Service {
    /// Whether it contains a path, which counts from the folder of the configuration.
    pub fn contains(&self, path: &str) -> bool {
        self.path.is_empty()
            || path
                .strip_prefix(self.path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl ProjectConfig {
    /// Reads these settings of a configuration, and ignores others. Errors are reported with their lines; valid settings
    /// are read all the same.
    pub fn parse<'a>(source: impl Into<ConfigText<'a>>) -> (Self, Vec<Problem>) {
        parse_config(source, |walk, root| {
            let mut config = Self::default();
            for (key, value) in entries(root) {
                match key.name {
                    "sqlalchemy" => config.sqlalchemy = generation(walk, "sqlalchemy", value),
                    "service" => config.read_services(walk, value),
                    _ => {}
                }
            }
            config.services.sort_by(|one, other| one.path.cmp(&other.path));
            config
        })
    }

    /// The innermost service that contains a path, which counts from the folder of the configuration.
    pub fn service_of(&self, path: &str) -> Option<&Service> {
        let containing = self.services.iter().filter(|service| service.contains(path));
        containing.max_by_key(|service| service.path.len())
    }

    fn read_services(&mut self, walk: &mut Walk<'_>, value: &Value<'_>) {
        for (key, value) in walk.table("service", value).into_iter().take(MOST_SERVICES) {
            let Some(service) = service(walk, key, value) else { continue };
            if let Some(other) = self.services.iter().find(|other| other.path == service.path) {
                let message = format!(
                    "`service.{}` and `service.{}` have the same path `{}`",
                    other.name, service.name, service.path
                );
                walk.problem(key.start, message, None);
            }
            self.services.push(service);
        }
    }
}

fn service(walk: &mut Walk<'_>, key: Key<'_>, value: &Value<'_>) -> Option<Service> {
    let within = format!("service.{}", key.name);
    let line = u32::try_from(walk.line(key.start)).unwrap_or(u32::MAX);
    let mut service = Service { name: key.name.to_owned(), line, ..Service::default() };
    let (mut path, mut has_path) = (None, false);
    for (key, value) in walk.table(&within, value) {
        let own = format!("{within}.{}", key.name);
        match key.name {
            "path" => (path, has_path) = (directory(walk, &own, value), true),
            "sqlalchemy" => service.sqlalchemy = generation(walk, &own, value),
            "databases" => {
                let known = DATABASES.map(|database| (database.name(), database));
                let items = walk.items(&own, value);
                let found = items.into_iter().filter_map(|item| walk.choice(&own, item, &known));
                service.databases = found.collect();
            }
            "owners" => service.owners = walk.texts(&own, value),
            _ => walk.unknown(key, &within, SERVICE_KEYS),
        }
    }
    if !has_path && value.get_ref().as_table().is_some() {
        let hint = format!("write `path = \"{}\"`, the directory of the service", key.name);
        walk.problem(key.start, format!("`{within}` has no `path`"), Some(hint));
    }
    service.path = path?;
    Some(service)
}

/// A directory below the folder of the configuration.
fn directory(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Option<String> {
    let text = walk.text(path, value)?;
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if text.starts_with('/') || text.contains('\\') || parts.contains(&"..") {
        let message = format!("`{path}` is `{text}`, which is not a directory below the configuration");
        let hint = "write the path from the folder of the configuration, with `/`";
        walk.problem(value.span().start, message, Some(hint.to_owned()));
        return None;
    }
    Some(parts.join("/"))
}

/// A SQLAlchemy generation such as `2.0`.
fn generation(walk: &mut Walk<'_>, path: &str, value: &Value<'_>) -> Option<String> {
    use toml::de::DeValue;
    const KNOWN: [&str; 4] = ["1.3", "1.4", "2.0", "2.1"];
    // YAML reads `2.0` as a number.
    let text = match value.get_ref() {
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => walk.text(path, value)?,
    };
    if KNOWN.contains(&text.as_str()) {
        return Some(text);
    }
    let message = format!("`{path}` is `{text}`, which is not one of `{}`", KNOWN.join("`, `"));
    let hint = did_you_mean(&text, &KNOWN);
    walk.problem(value.span().start, message, hint);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_with_all_they_can_have() {
        let text = "sqlalchemy = '2.0'\n[service.billing]\npath = './services/billing/'\nsqlalchemy = '1.4'\n\
                    databases = ['mysql']\nowners = ['@acme/billing']\n[service.all]\npath = '.'\n";
        let (config, problems) = ProjectConfig::parse(text);
        assert_eq!(problems, []);
        assert_eq!(config.sqlalchemy.as_deref(), Some("2.0"));
        let billing = config.service_of("services/billing/models.py").unwrap();
        assert_eq!((billing.name.as_str(), billing.path.as_str()), ("billing", "services/billing"));
        assert_eq!(
            (billing.sqlalchemy.as_deref(), billing.databases.as_slice()),
            (Some("1.4"), &[Database::Mysql][..])
        );
        assert_eq!((billing.owners.as_slice(), billing.line), (&["@acme/billing".to_owned()][..], 2));
        assert_eq!(config.service_of("services/billings/models.py").unwrap().name, "all");
    }

    #[test]
    fn problems_with_their_lines() {
        for (text, line, message) in [
            ("[service.a]\n", 1, "`service.a` has no `path`"),
            (
                "[service.a]\npath = '../b'\n",
                2,
                "`service.a.path` is `../b`, which is not a directory below the configuration",
            ),
            (
                "[service.a]\npath = '/b'\n",
                2,
                "`service.a.path` is `/b`, which is not a directory below the configuration",
            ),
            ("[service.a]\npath = 'b'\nownres = []\n", 3, "unknown key `ownres` in `service.a`"),
            (
                "[service.a]\npath = 'b'\n[service.c]\npath = 'b/'\n",
                3,
                "`service.a` and `service.c` have the same path `b`",
            ),
            ("[service]\na = 1\n", 2, "`service.a` must be a table, but is an integer"),
            ("sqlalchemy = '2'\n", 1, "`sqlalchemy` is `2`, which is not one of `1.3`, `1.4`, `2.0`, `2.1`"),
            ("sqlalchemy = 2\n", 1, "`sqlalchemy` must be a string, but is an integer"),
        ] {
            let problems = ProjectConfig::parse(text).1;
            let found: Vec<(usize, &str)> =
                problems.iter().map(|one| (one.line, one.message.as_str())).collect();
            assert_eq!(found[0], (line, message), "{text}: {found:?}");
        }
    }
}
