//! The examples of the pages: every fenced block of README.md and `docs/*.md` is run, or read as what it is.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path, process::Command};

use belljar_check::{CheckConfig, ConfigText};
use serde_json::Value;

use crate::{
    check::shop,
    downstream::{LINEAGE_FILES, models_with_users},
    support::{Project, cache, commit, repository, sqlite, write_all},
};

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// A fenced block of a page.
#[derive(Debug, Clone)]
struct Block {
    /// The path of the page, such as `docs/check.md`.
    page: String,
    /// Its number among those of its language on the page, from 0 on.
    number: usize,
    language: String,
    text: String,
}

/// All fenced blocks of all pages.
fn blocks() -> Vec<Block> {
    let mut pages = vec!["README.md".to_owned()];
    for entry in fs::read_dir(Path::new(ROOT).join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        pages.extend(path.extension().is_some_and(|ending| ending == "md").then(|| format!("docs/{name}")));
    }
    pages.sort();
    pages.iter().flat_map(|page| blocks_of(page)).collect()
}

fn blocks_of(page: &str) -> Vec<Block> {
    let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
    let (mut found, mut counts) = (Vec::new(), BTreeMap::<String, usize>::new());
    let mut parts = text.split("\n```");
    parts.next();
    while let (Some(inside), Some(_)) = (parts.next(), parts.next()) {
        let (language, text) = inside.split_once('\n').unwrap_or((inside, ""));
        let count = counts.entry(language.to_owned()).or_default();
        let (page, language, text) = (page.to_owned(), language.to_owned(), format!("{text}\n"));
        found.push(Block { page, number: *count, language, text });
        *count += 1;
    }
    found
}

/// The text of one block.
fn block(page: &str, language: &str, number: usize) -> String {
    let all = blocks_of(page).into_iter();
    let mut wanted = all.filter(|block| block.language == language && block.number == number);
    wanted.next().unwrap_or_else(|| panic!("{page} has no {language} block {number}")).text
}

/// What looks at a block. A page that gets an example of another kind needs a test for it.
#[test]
fn every_example_has_a_test() {
    let all = blocks();
    assert!(all.len() > 50, "{} blocks", all.len());
    for Block { page, number, language, .. } in &all {
        let is_tested = match (page.as_str(), language.as_str(), *number) {
            // Those of this file; a file of limits also by `limits_file::the_example_of_the_page`.
            (_, "console" | "sh" | "yaml" | "toml", _)
            // And `python/tests/test_examples.py`.
            | ("docs/what-is-exact.md" | "docs/python.md", "python" | "text", _)
            // And `check::ci::the_page`.
            | ("docs/check.md", "python", 0..=2)
            | ("docs/check.md", "text" | "markdown", 0 | 1)
            // And `schema_docs`.
            | ("docs/schema-docs.md", "markdown", 0)
            // And the commands of the page, which run on them.
            | ("docs/tutorial.md", "python", 0 | 1) => true,
            _ => false,
        };
        assert!(is_tested, "no test runs {language} block {number} of {page}");
    }
}

/// A command with what it prints, standard error first.
struct Call {
    command: String,
    shown: String,
}

/// The commands of a block; each begins with `$`.
fn calls(text: &str) -> Vec<Call> {
    let parts = format!("\n{text}");
    let parts = parts.split("\n$ ").skip(1).map(|part| {
        let (command, shown) = part.split_once('\n').unwrap_or((part, ""));
        Call { command: command.to_owned(), shown: shown.trim_end().to_owned() }
    });
    parts.collect()
}

/// Runs a command as a reader would, whatever the machine and the user are.
fn run(folder: &Path, command: &str, patience: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_belljar"));
    let path = format!("{}:{}", program.parent().unwrap().display(), env::var("PATH").unwrap());
    let script = format!("belljar() {{ command belljar \"$@\" {patience}; }}\n{{ {command}; }} 2>&1");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("BELLJAR_CACHE_DIR", cache())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A text with the generation of SQLAlchemy in place of the release, which changes with the pins.
fn without_releases(text: &str) -> String {
    let mut parts = text.split("SQLAlchemy ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(part.len());
        let (release, rest) = part.split_at(end);
        let generation: Vec<&str> = release.splitn(3, '.').take(2).collect();
        write!(out, "SQLAlchemy {}{rest}", generation.join(".")).unwrap();
    }
    out
}

/// Where the commands of a page are run.
fn prepared(page: &str, number: usize) -> Project {
    match page {
        // The others are about the project that the first shows.
        "README.md" | "docs/extract.md" | "docs/diagram.md" | "docs/schema-docs.md" | "docs/generate.md" => {
            shop()
        }
        "docs/diff.md" => {
            let project = shop();
            changed_shop(&project.path().join("shop"));
            project
        }
        "docs/configuration.md" => {
            let (config, models) = (block(page, "toml", 0), block("docs/check.md", "python", 0));
            repository(&[("belljar.toml", config.as_str()), ("models.py", models.as_str())])
        }
        "docs/inspect.md" | "docs/drift.md" => {
            let project = Project::new(&[("models.py", crate::inspect::MODELS)]);
            sqlite(&project.path().join("shop.db"), crate::inspect::SHOP);
            write_all(project.path(), &[("dump.sql", crate::inspect::DUMP)]);
            project
        }
        "docs/rows.md" => with_rows(page),
        "docs/limits.md" => Project::new(&[("limits.toml", &block(page, "toml", 0))]),
        "docs/lineage.md" | "docs/dbt.md" => {
            let config = block("docs/lineage.md", "toml", 0);
            let (before, after) = (models_with_users("total"), models_with_users("amount"));
            let files = [("belljar.toml", config.as_str()), ("app/models.py", before.as_str())];
            let project = repository(&[&files[..], &LINEAGE_FILES].concat());
            write_all(project.path(), &[("app/models.py", after.as_str())]);
            commit(project.path(), "after");
            project
        }
        "docs/tutorial.md" => {
            let models = block(page, "python", 0);
            let project = repository(&[("models.py", models.as_str())]);
            // From the second step on with the line that the page changes.
            if number >= 2 {
                let (before, after) = (models.lines().last().unwrap(), block(page, "python", 1));
                write_all(project.path(), &[("models.py", &models.replace(before, after.trim_end()))]);
            }
            project
        }
        "docs/log.md" => crate::schema_log::example(),
        "docs/migrations.md" => crate::migrations::example(),
        "docs/monorepo.md" => services(),
        "docs/notifications.md" => {
            // The file of the operator is beside the repository, and not in it.
            let project = Project::new(&[
                ("notify.toml", &block(page, "toml", 0)),
                ("shop/models.py", crate::notify::setup::BEFORE),
                ("shop/CODEOWNERS", "* @acme/data\n"),
            ]);
            let folder = project.path().join("shop");
            crate::support::git(&folder, &["init", "-q"]);
            commit(&folder, "before");
            write_all(&folder, &[("models.py", crate::notify::setup::AFTER)]);
            commit(&folder, "after");
            project
        }
        _ => panic!("nothing is prepared for the commands of {page}"),
    }
}

/// The project that the README shows.
fn shop() -> Project {
    let first = calls(&block("README.md", "console", 0)).remove(0);
    assert_eq!(first.command, "cat shop/models.py");
    Project::new(&[("shop/models.py", &format!("{}\n", first.shown))])
}

/// Both sides of a change, and a database with rows that it fails on.
fn with_rows(page: &str) -> Project {
    let [before, after, _] = &calls(&block(page, "console", 0))[..] else { panic!("{page}") };
    let project = Project::new(&[
        ("before/models.py", &format!("{}\n", before.shown)),
        ("after/models.py", &format!("{}\n", after.shown)),
    ]);
    sqlite(
        &project.path().join("shop.db"),
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, mail VARCHAR(320), phone VARCHAR(40), referrer INTEGER);
        INSERT INTO customers VALUES (1, 'a', '1', NULL), (2, NULL, '2', 1), (3, 'c', NULL, 7), (4, NULL, '3', 9);",
    );
    project
}

/// Two services and a library of one repository, in whose working tree both services have a change.
fn services() -> Project {
    let library = "from sqlalchemy import Column, Integer

class HasId:
    id = Column(Integer, primary_key=True)
";
    let api = "from shared import HasId
from sqlalchemy import Column, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class User(HasId, Base):
    __tablename__ = 'users'
    name = Column(String(80))
";
    let billing = "from shared import HasId
from sqlalchemy import Numeric
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Invoice(HasId, Base):
    __tablename__ = 'invoices'
    total: Mapped[float] = mapped_column(Numeric(10, 2))
";
    let project = repository(&[
        ("libs/shared/shared/__init__.py", library),
        ("services/api/api/models.py", api),
        ("services/api/requirements.txt", "sqlalchemy>=1.4,<2\n"),
        ("services/billing/billing/models.py", billing),
        ("services/billing/requirements.txt", "sqlalchemy>=2.0,<2.1\n"),
    ]);
    let (api, billing) = (api.replace("String(80)", "String(40)"), billing.replace("(10, 2)", "(12, 2)"));
    write_all(
        project.path(),
        &[("services/api/api/models.py", &api), ("services/billing/billing/models.py", &billing)],
    );
    project
}

/// The shop of README.md as a repository in whose working tree a change lies.
fn changed_shop(folder: &Path) {
    crate::support::git(folder, &["init", "-q"]);
    commit(folder, "before");
    let path = folder.join("models.py");
    let text = fs::read_to_string(&path).unwrap();
    let text = text
        .replace("String(320)", "String(200)")
        .replace("    created = ", "    name = Column(String(80))\n    created_at = ")
        .replace("CASCADE", "RESTRICT");
    fs::write(path, text).unwrap();
}

/// Each command of a `console` block prints what stands below it. `…` stands for more lines.
#[test]
fn commands_print_what_is_shown() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for Block { page, number, text, .. } in blocks().into_iter().filter(|block| block.language == "console") {
        let project = prepared(&page, number);
        // A file of limits has a timeout of its own, which no flag may raise.
        let patience = if page == "docs/limits.md" { "" } else { "--timeout 30m" };
        for Call { command, shown } in calls(&text) {
            count += 1;
            // A command that runs no models has no such limit.
            let has_no_runs = ["belljar notify", "belljar inspect"].iter().any(|it| command.starts_with(it));
            let patience = if has_no_runs { "" } else { patience };
            let printed = without_releases(run(project.path(), &command, patience).trim_end());
            let shown = without_releases(&shown);
            let is_shown = match shown.strip_suffix('…') {
                Some(beginning) => printed.starts_with(beginning),
                None => printed == shown,
            };
            if !is_shown {
                wrong.push(format!("{page}: `{command}` prints\n{printed}\n"));
            }
        }
    }
    assert!(count >= 10, "{count} commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Settings and workflows can be read.
#[test]
fn files_can_be_read() {
    let mut counts = (0, 0);
    for Block { page, number, language, text } in blocks() {
        match language.as_str() {
            "toml" if page == "docs/notifications.md" => {
                let read = belljar_notify::config::Config::parse(text.as_str());
                assert!(read.is_ok(), "{page} {number}: {:?}", read.err());
            }
            "toml" if page != "docs/limits.md" => {
                let read = CheckConfig::parse(&text);
                assert!(read.is_ok(), "{page} {number}: {:?}", read.err());
                counts.0 += 1;
            }
            "yaml" => {
                let read = serde_saphyr::from_str::<Value>(&text);
                assert!(read.is_ok(), "{page} {number}: {:?}", read.err());
                if page == "docs/configuration.md" {
                    let read = CheckConfig::parse(ConfigText::new("belljar.yaml", &text));
                    assert!(read.is_ok(), "{page} {number}: {:?}", read.err());
                }
                counts.1 += 1;
            }
            _ => {}
        }
    }
    assert!(counts.0 >= 3 && counts.1 >= 1, "{counts:?}");
}

/// What is to be built and measured can be: its targets and its files are there.
#[test]
fn targets_of_make_are_there() {
    let makefile = fs::read_to_string(Path::new(ROOT).join("Makefile")).unwrap();
    let mut count = 0;
    for Block { page, text, .. } in blocks().into_iter().filter(|block| block.language == "sh") {
        for words in text.lines().map(|line| line.split(" #").next().unwrap().split_whitespace()) {
            let words: Vec<&str> = words.collect();
            if let ["make", target, ..] = words.as_slice() {
                let is_there = makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
                assert!(is_there, "{page}: `make {target}`");
                count += 1;
            }
            // What is built lies in `build`.
            let files = words.iter().filter(|word| word.starts_with("tests/") || word.starts_with("host/"));
            for file in files {
                assert!(Path::new(ROOT).join(file).exists(), "{page}: `{file}`");
                count += 1;
            }
        }
    }
    assert!(count >= 5, "{count} targets and files");
}

#[test]
fn what_is_exact() {
    const PAGE: &str = "docs/what-is-exact.md";
    let mut wrong = Vec::new();
    let all = blocks_of(PAGE);
    for pair in all.chunks(2) {
        let [code, shown] = pair else { panic!("an example without its output: {pair:?}") };
        assert_eq!((code.language.as_str(), shown.language.as_str()), ("python", "text"), "{pair:?}");
        let project = Project::new(&[("models.py", &code.text)]);
        let run = project.extract(&["--format", "text", "--quiet"]).exits_with(0);
        if run.stdout.trim_end() != shown.text.trim_end() {
            wrong.push(format!("example {} gives\n{}\n", code.number + 1, run.stdout));
        }
    }
    assert!(all.len() >= 18, "{} examples", all.len() / 2);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The comment of docs/check.md that silences a finding.
#[test]
fn a_comment_that_silences() {
    let comment = block("docs/check.md", "python", 2);
    let line = "mail = Column(String(100), nullable=False)\n";
    assert!(comment.starts_with(line.trim_end()) && shop::AFTER.contains(line), "{comment}");
    let head = shop::AFTER.replace(line, &comment);
    let project = shop::commits(shop::CONFIG, shop::BEFORE, &head);
    let silenced = |arguments: &[&str]| {
        let all = [&["--format", "json", "--fail-on", "never"], arguments].concat();
        let run = shop::last(&project, &all).exits_with(0);
        let verdict: Value = serde_json::from_str(&run.stdout).unwrap();
        let found = verdict["silenced"].as_array().unwrap().clone();
        found.iter().map(|one| one["item"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(silenced(&["--config-from", "head"]), ["BJ204"]);
    assert_eq!(silenced(&[]), [""; 0], "a comment that is new in the head does not count yet");
}

/// The error of docs/check.md about a change that hides itself.
#[test]
fn a_change_that_hides_itself() {
    let shown = block("docs/check.md", "text", 1);
    let models = "import conftest
from sqlalchemy import Column, Integer, Numeric
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    total = Column(Numeric(10, 2), nullable=False)
";
    let hides = "from sqlalchemy import Column, Numeric
original = Column.__init__
def init(self, *args, **options):
    if any(isinstance(one, Numeric) for one in args):
        options['nullable'] = False
    original(self, *args, **options)
Column.__init__ = init
";
    let project = repository(&[("models.py", models), ("conftest.py", "")]);
    let head = models.replace(", nullable=False", "");
    write_all(project.path(), &[("models.py", &head), ("conftest.py", hides)]);
    commit(project.path(), "after");
    let run = shop::last(&project, &[]).exits_with(1);
    assert_eq!(run.stdout.lines().next(), Some(shown.trim_end()), "{run}");
}
