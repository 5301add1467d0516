use belljar_config::{ConfigText, NAMES, PYPROJECT, ProjectConfig};
use belljar_discover::{Options, discover};
use belljar_tree::Tree;

use crate::Target;

/// The first line names a file, the rest is what it says. Whatever that is, a generation can be chosen, and only from
/// those on offer.
pub(crate) const TARGET: Target = Target { name: "configuration", run, fixed: 128 << 10, for_each: 1024 };

/// Every file that something is read from.
const FILES: [&str; 16] = [
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "requirements.txt",
    "requirements/base.in",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pylock.toml",
    "PKG-INFO",
    "shop.egg-info/requires.txt",
    "shop-1.0.dist-info/METADATA",
    ".gitignore",
    "alembic.ini",
];

const MODEL: &str =
    "from sqlalchemy import Column, Table, MetaData\nt = Table('t', MetaData(), Column('id'))\n";

const OFFERED: [&str; 4] = ["1.3.24", "1.4.54", "2.0.58", "2.1.9"];

/// What releases of a library ask for, as the pins of the program have it.
const ASKS: &[(&str, &str)] =
    &[("0.0.1", ">=1.4.17,<=1.4.41"), ("0.0.12", ">=2.0.0,<2.1.0"), ("0.0.48", "<2.2.0")];

/// The text as the project's own configuration, in each format: what is wrong with it has a line of the text.
fn read_own(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    for path in NAMES.into_iter().chain([PYPROJECT]) {
        let (config, problems) = ProjectConfig::parse(ConfigText::new(path, text));
        assert!(problems.iter().all(|problem| problem.line <= lines), "{path}: {problems:?}");
        for service in &config.services {
            assert!(service.path.split('/').all(|part| part != ".."), "{path}: {service:?}");
        }
    }
}

fn run(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (name, text) = data.split_at(end);
    let named = FILES.iter().find(|file| file.as_bytes() == name);
    // Any other name stands for one of them.
    let Some(file) = named.or_else(|| FILES.get(end % FILES.len())) else { return };
    let text = text.get(1..).unwrap_or_default();
    read_own(text);
    let files = [(*file, text), ("src/shop/models.py", MODEL.as_bytes()), ("src/shop/__init__.py", b"")];
    let found = discover(&Tree::in_memory(files), &Options::default());
    let choice = found.requested.newest_fitting(&OFFERED);
    assert!(choice.version.is_some_and(|version| OFFERED.contains(&version)), "{choice:?}");
    assert!(!choice.reason.is_empty());
    let lines = text.iter().filter(|byte| matches!(**byte, b'\n' | b'\r')).count() + 1;
    for declared in &found.requested.specifiers {
        assert!((1..=lines).contains(&(declared.line as usize)), "{declared:?}");
    }
    for project in found.requested.projects.keys() {
        let unmet = found.requested.unmet(project, "1.0").map(str::len);
        let refused = found.requested.refused(project, ASKS, "2.0.58").map(str::len);
        assert!(unmet.is_none_or(|length| length <= text.len()) && refused != Some(0), "{project}");
    }
}
