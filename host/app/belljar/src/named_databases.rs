//! The databases that a project itself names: its drivers, the address in `alembic.ini` and in files of the environment,
//! and the images of its compose files. Nothing runs; files are searched for words.
//!
//! Only servers count. SQLite is what tests, tutorials and a default use beside a server; where nothing else is named,
//! nothing is known.

use std::collections::{BTreeMap, BTreeSet};

use belljar_dialect::Database;
use belljar_rules::ServiceDatabases;
use belljar_tree::Tree;

/// The largest file that is searched, in bytes, and the maximum number of such files.
const LARGEST: u64 = 1 << 20;
const MOST_FILES: usize = 2_000;

/// The maximum number of directories with databases of their own.
const MOST_SERVICES: usize = 50;

/// Drivers by the database that they are for. Those of MySQL are also used for MariaDB.
const DRIVERS: [(&str, Database); 18] = [
    ("psycopg", Database::Postgresql),
    ("psycopg2", Database::Postgresql),
    ("psycopg2-binary", Database::Postgresql),
    ("psycopg2cffi", Database::Postgresql),
    ("psycopg-binary", Database::Postgresql),
    ("asyncpg", Database::Postgresql),
    ("pg8000", Database::Postgresql),
    ("sqlalchemy-cockroachdb", Database::Postgresql),
    ("pymysql", Database::Mysql),
    ("mysqlclient", Database::Mysql),
    ("mysql-python", Database::Mysql),
    ("aiomysql", Database::Mysql),
    ("asyncmy", Database::Mysql),
    ("mysql-connector-python", Database::Mysql),
    ("mariadb", Database::Mariadb),
    ("aiosqlite", Database::Sqlite),
    ("pysqlite3", Database::Sqlite),
    ("pysqlite3-binary", Database::Sqlite),
];

/// Extras of SQLAlchemy that install a driver.
const EXTRAS: [(&str, Database); 9] = [
    ("postgresql", Database::Postgresql),
    ("postgresql-asyncpg", Database::Postgresql),
    ("postgresql-psycopg", Database::Postgresql),
    ("postgresql-psycopg2binary", Database::Postgresql),
    ("postgresql-pg8000", Database::Postgresql),
    ("mysql", Database::Mysql),
    ("pymysql", Database::Mysql),
    ("mysql-connector", Database::Mysql),
    ("mariadb-connector", Database::Mariadb),
];

/// Schemes of addresses.
const SCHEMES: [(&str, Database); 5] = [
    ("postgresql", Database::Postgresql),
    ("postgres", Database::Postgresql),
    ("cockroachdb", Database::Postgresql),
    ("mysql", Database::Mysql),
    ("mariadb", Database::Mariadb),
];

/// The last parts of images of containers.
const IMAGES: [(&str, Database); 10] = [
    ("postgres", Database::Postgresql),
    ("postgresql", Database::Postgresql),
    ("postgis", Database::Postgresql),
    ("pgvector", Database::Postgresql),
    ("timescaledb", Database::Postgresql),
    ("timescaledb-ha", Database::Postgresql),
    ("mysql", Database::Mysql),
    ("mysql-server", Database::Mysql),
    ("percona", Database::Mysql),
    ("mariadb", Database::Mariadb),
];

/// Databases, each with what names it first: `requirements.txt` and `psycopg2`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named(BTreeMap<Database, Evidence>);

/// What names a database.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Evidence {
    path: String,
    word: String,
    /// A driver: it does not tell MySQL from MariaDB.
    is_driver: bool,
}

impl Named {
    /// The servers among them. A driver of MySQL is that of MariaDB where something else names MariaDB alone.
    pub(crate) fn servers(&self) -> BTreeSet<Database> {
        let has_mariadb = self.0.contains_key(&Database::Mariadb);
        let is_one = |database: &Database, evidence: &Evidence| match database {
            Database::Sqlite => false,
            Database::Mysql => !(evidence.is_driver && has_mariadb),
            _ => true,
        };
        self.0.iter().filter(|(database, evidence)| is_one(database, evidence)).map(|(one, _)| *one).collect()
    }

    /// All of them; those of `belljar init`, which asks before it writes.
    pub(crate) fn all(&self) -> BTreeSet<Database> {
        let servers = self.servers();
        if servers.is_empty() { self.0.keys().copied().collect() } else { servers }
    }

    /// What names some databases: `requirements.txt` names `psycopg2`.
    fn reasons(&self, databases: &[Database]) -> Vec<String> {
        let evidence = databases.iter().filter_map(|database| self.0.get(database));
        evidence.map(|one| format!("`{}` names `{}`", one.path, one.word)).collect()
    }

    fn add(&mut self, database: Database, path: &str, word: &str, is_driver: bool) {
        let new = Evidence { path: path.to_owned(), word: word.to_owned(), is_driver };
        let known = self.0.entry(database).or_insert_with(|| new.clone());
        if known.is_driver && !is_driver {
            *known = new;
        }
    }

    /// Adds the drivers in the text of a file of requirements.
    pub(crate) fn add_requirements(&mut self, path: &str, text: &str) {
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().to_lowercase();
            let is_sqlalchemy = line.contains("sqlalchemy") || line.contains("extras");
            for word in line.split(|letter: char| !(letter.is_alphanumeric() || "-_.".contains(letter))) {
                let word = word.replace('_', "-");
                let extras = if is_sqlalchemy { &EXTRAS[..] } else { &[] };
                let known = DRIVERS.iter().chain(extras).find(|(name, _)| *name == word);
                if let Some((name, database)) = known {
                    self.add(*database, path, name, true);
                }
            }
        }
    }

    /// Adds the schemes of the addresses in a text, such as `postgresql+asyncpg://`.
    fn add_addresses(&mut self, path: &str, text: &str) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
            for (at, _) in line.match_indices("://") {
                let before = line.get(..at).unwrap_or_default();
                let start = before
                    .rfind(|letter: char| !(letter.is_ascii_alphanumeric() || "+_".contains(letter)))
                    .map_or(0, |position| position + 1);
                let scheme = before.get(start..).unwrap_or_default();
                let name = scheme.split('+').next().unwrap_or_default();
                if let Some((_, database)) = SCHEMES.iter().find(|(known, _)| *known == name) {
                    self.add(*database, path, &format!("{scheme}://"), false);
                }
            }
        }
    }

    /// Adds the images of a compose file.
    fn add_images(&mut self, path: &str, text: &str) {
        for line in text.lines() {
            let Some(image) = line.trim().strip_prefix("image:") else { continue };
            let image = image.trim().trim_matches(['"', '\'']);
            let name = image.rsplit('/').next().unwrap_or_default();
            let name = name.split([':', '@', ' ']).next().unwrap_or_default();
            if let Some((_, database)) = IMAGES.iter().find(|(known, _)| *known == name) {
                self.add(*database, path, name, false);
            }
        }
    }
}

/// The databases of a project and of its parts.
#[derive(Debug, Default)]
pub(crate) struct ProjectDatabases {
    whole: Named,
    parts: BTreeMap<String, Named>,
    /// The directory of the repository that is read; empty for all of it.
    within: String,
}

/// The databases to check for, with what names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) databases: Vec<Database>,
    pub(crate) reasons: Vec<String>,
    pub(crate) services: Vec<ServiceDatabases>,
}

impl ProjectDatabases {
    /// Searches the files of a project; of a directory of a repository, those of the repository.
    pub(crate) fn find(tree: &Tree) -> Self {
        let (tree, within) = tree.around().unwrap_or((tree, ""));
        let mut found = Self { within: within.to_owned(), ..Self::default() };
        let kinds = tree.files().filter_map(|(path, file)| {
            let kind = (file.size <= LARGEST && is_own(path)).then(|| Kind::of(path)).flatten();
            kind.map(|kind| (path, kind))
        });
        for (path, kind) in kinds.take(MOST_FILES) {
            let Ok(bytes) = tree.read(path) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let part = found.parts.entry(folder_of(path).to_owned()).or_default();
            for named in [&mut found.whole, part] {
                match kind {
                    Kind::Requirements => named.add_requirements(path, &text),
                    Kind::Addresses => named.add_addresses(path, &text),
                    Kind::Compose => {
                        named.add_images(path, &text);
                        named.add_addresses(path, &text);
                    }
                }
            }
        }
        found
    }

    /// The servers that are named, of those that support the types of the schema. Nothing if none is.
    pub(crate) fn choose(&self, supported: &[Database]) -> Chosen {
        let of = |named: &Named| -> Vec<Database> {
            named.servers().into_iter().filter(|one| supported.contains(one)).collect()
        };
        let own = self.of_directory();
        let databases = of(&own);
        if !databases.is_empty() {
            return Chosen { reasons: own.reasons(&databases), databases, services: Vec::new() };
        }
        let databases = of(&self.whole);
        if databases.is_empty() {
            return Chosen::default();
        }
        let parts = self.parts.iter().map(|(path, named)| (path, of(named)));
        let services: Vec<ServiceDatabases> = parts
            .filter(|(path, own)| !path.is_empty() && !own.is_empty())
            .map(|(path, dialects)| ServiceDatabases { path: path.clone(), dialects })
            .collect();
        let differ = services.iter().any(|service| service.dialects != databases);
        let services = if differ && services.len() <= MOST_SERVICES { services } else { Vec::new() };
        Chosen { reasons: self.whole.reasons(&databases), databases, services }
    }
}

impl ProjectDatabases {
    /// What the files in the directory that is read name, and those in the directories around it, but for the top.
    fn of_directory(&self) -> Named {
        let is_in = |path: &str, folder: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_own = |folder: &str| is_in(&self.within, folder) || is_in(folder, &self.within);
        let mut own = Named::default();
        let parts = self.parts.iter().filter(|_| !self.within.is_empty());
        for (_, named) in parts.filter(|(folder, _)| !folder.is_empty() && is_own(folder)) {
            for (database, one) in &named.0 {
                own.add(*database, &one.path, &one.word, one.is_driver);
            }
        }
        own
    }
}

/// The kind of a file that may name databases.
#[derive(Clone, Copy)]
enum Kind {
    Requirements,
    Addresses,
    Compose,
}

impl Kind {
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_yaml = name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yml" | "yaml"));
        if is_requirements(path) {
            Some(Self::Requirements)
        } else if name == "alembic.ini" || name == ".env" || name.starts_with(".env.") {
            Some(Self::Addresses)
        } else if is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose")) {
            Some(Self::Compose)
        } else {
            None
        }
    }
}

/// Whether a file states requirements of its project.
pub(crate) fn is_requirements(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_folder = folder.rsplit('/').next() == Some("requirements");
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    matches!(name, "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "environment.yml")
        || ((name.starts_with("requirements") || in_folder) && matches!(ending, Some("txt" | "in")))
}

/// Whether a file belongs to the project, and not to its tests or examples.
pub(crate) fn is_own(path: &str) -> bool {
    !path.split('/').any(|part| matches!(part, "tests" | "test" | "examples" | "docs" | "node_modules"))
}

/// The folder of a file of requirements.
pub(crate) fn folder_of(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.strip_suffix("requirements").map_or(folder, |above| above.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Database] = belljar_rules::DATABASES;

    fn chosen(files: &[(&str, &str)], supported: &[Database]) -> Chosen {
        ProjectDatabases::find(&Tree::in_memory(files.iter().map(|(path, text)| (*path, *text))))
            .choose(supported)
    }

    fn names(files: &[(&str, &str)]) -> Vec<&'static str> {
        chosen(files, ALL).databases.iter().map(|database| database.name()).collect()
    }

    #[test]
    fn what_names_a_server() {
        for (path, text, expected) in [
            ("requirements.txt", "SQLAlchemy==2\npsycopg2-binary==2.9\n", "postgresql"),
            ("requirements/base.txt", "asyncpg\n", "postgresql"),
            ("pyproject.toml", "dependencies = ['sqlalchemy[postgresql_asyncpg]>=2']", "postgresql"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nPyMySQL = \"^1\"\n", "mysql"),
            ("setup.py", "install_requires=['mysqlclient']", "mysql"),
            ("alembic.ini", "[alembic]\nsqlalchemy.url = postgresql+psycopg://u@h/d\n", "postgresql"),
            (".env.example", "DATABASE_URL=mariadb+pymysql://u@h/d\n", "mariadb"),
            ("docker-compose.yml", "services:\n  db:\n    image: postgres:16-alpine\n", "postgresql"),
            ("compose.dev.yaml", "  db:\n    image: \"docker.io/library/mariadb:11\"\n", "mariadb"),
            ("deploy/docker-compose.yml", "    image: postgis/postgis:16-3.4\n", "postgresql"),
        ] {
            assert_eq!(names(&[(path, text)]), [expected], "{path} {text}");
        }
    }

    #[test]
    fn what_names_none() {
        for (path, text) in [
            ("requirements.txt", "aiosqlite\n"),
            ("requirements.txt", "# psycopg2\nflask\n"),
            ("requirements.txt", "types-psycopg2\nopentelemetry-instrumentation-psycopg2\n"),
            ("tests/requirements.txt", "psycopg2\n"),
            ("alembic.ini", "sqlalchemy.url = driver://user:pass@localhost/dbname\n"),
            ("alembic.ini", "sqlalchemy.url = sqlite:///app.db\n# postgresql://u@h/d\n"),
            ("README.md", "postgresql://u@h/d"),
            ("docker-compose.yml", "    image: adminer\n    build: postgres\n"),
            ("docker-compose.yml", "    image: prodrigestivill/postgres-backup-local\n"),
        ] {
            assert_eq!(names(&[(path, text)]), [""; 0], "{path} {text}");
        }
    }

    #[test]
    fn a_driver_of_mysql_and_a_server_of_mariadb() {
        let (driver, image) = (("requirements.txt", "pymysql\n"), ("compose.yml", "image: mariadb:11\n"));
        assert_eq!(names(&[driver, image]), ["mariadb"]);
        assert_eq!(names(&[driver, image, ("alembic.ini", "url = mysql://h/d\n")]), ["mysql", "mariadb"]);
    }

    #[test]
    fn the_types_of_the_schema_count() {
        let files = [("requirements.txt", "psycopg2\npymysql\naiosqlite\n")];
        assert_eq!(names(&files), ["postgresql", "mysql"]);
        let found = chosen(&files, &[Database::Postgresql, Database::Sqlite]);
        assert_eq!(found.databases, [Database::Postgresql]);
        assert_eq!(found.reasons, ["`requirements.txt` names `psycopg2`"]);
        assert_eq!(chosen(&files, &[Database::Sqlite]), Chosen::default());
    }

    #[test]
    fn services_with_databases_of_their_own() {
        let files =
            [("a/requirements.txt", "psycopg2\n"), ("b/requirements.txt", "pymysql\n"), ("c/setup.py", "")];
        let found = chosen(&files, ALL);
        let services: Vec<(&str, &[Database])> =
            found.services.iter().map(|one| (one.path.as_str(), one.dialects.as_slice())).collect();
        assert_eq!(services, [("a", &[Database::Postgresql][..]), ("b", &[Database::Mysql][..])]);
        let same = [("a/requirements.txt", "psycopg2\n"), ("b/requirements.txt", "asyncpg\n")];
        assert_eq!(chosen(&same, ALL).services, []);
    }

    #[test]
    fn of_a_directory_the_repository_counts() {
        let whole = Tree::in_memory([("compose.yml", "image: postgres\n"), ("app/models.py", "")]);
        let found = ProjectDatabases::find(&whole.directory("app")).choose(ALL);
        assert_eq!(found.databases, [Database::Postgresql]);
        // One with requirements of its own has its own.
        let whole = Tree::in_memory([
            ("requirements.txt", "pymysql\n"),
            ("services/requirements.txt", "psycopg2\n"),
            ("services/app/models.py", ""),
            ("other/requirements.txt", "mariadb\n"),
        ]);
        let found = ProjectDatabases::find(&whole.directory("services/app")).choose(ALL);
        assert_eq!((found.databases, found.services), (vec![Database::Postgresql], vec![]));
    }
}
