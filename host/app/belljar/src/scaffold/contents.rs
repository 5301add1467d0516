//! The texts of the files that are written. Names of the project are quoted, and never part of the syntax.

use std::fmt::Write as _;

use belljar_rules::Database;

use super::facts::{Facts, Part};

/// A configuration with what is known, and comments on what else can be set.
pub(super) fn configuration(facts: &Facts) -> String {
    let mut out = String::from(
        "#:schema https://raw.githubusercontent.com/your-organisation/belljar/main/docs/schemas/config.json\n\
         # `belljar config` shows every setting with its value and where it comes from.\n\n",
    );
    // Writing to a string does not fail.
    if let Some((requirement, path)) = &facts.whole.sqlalchemy {
        let _ = writeln!(out, "# {} asks for `{requirement}`, which is used.", comment(path));
    }
    out.push_str(
        "# sqlalchemy = \"2.0\"               # another generation than the requirements state\n\n[check]\n",
    );
    out.push_str("fail-on = \"error\"                 # or warning, note, never\n");
    let databases = databases(&facts.whole);
    if databases.is_empty() {
        out.push_str("# databases = [\"postgresql\"]      # mysql, mariadb, sqlite; if not set, those that the project names\n");
    } else {
        let _ = writeln!(out, "databases = [{databases}]        # by the drivers in the requirements");
    }
    out.push_str(
        "# renames = [\"customers.phone=customers.mobile\"]\n\n# [versions]\n# postgresql = \"14\"               \
         # the oldest release that a change will meet\n\n# [rules]\n# drop-index = \"off\"              \
         # a code, a name or a category: off, on, note, warning, error\n",
    );
    services(&mut out, facts);
    if !facts.dbt.is_empty() {
        let manifests: Vec<String> = facts.dbt.iter().map(|folder| quoted(&manifest(folder))).collect();
        let _ = write!(
            out,
            "\n# Manifests of dbt that are committed. Those that are not are passed with `--dbt`.\n# [downstream]\n# dbt = [{}]\n",
            manifests.join(", ")
        );
    }
    out
}

fn services(out: &mut String, facts: &Facts) {
    if facts.services.is_empty() {
        return;
    }
    let mut names: Vec<&str> = Vec::new();
    out.push_str(
        "\n# The services of this repository. `belljar check BASE --repo PATH` checks one of them.\n",
    );
    for (folder, part) in &facts.services {
        let last = folder.rsplit('/').next().unwrap_or(folder);
        // Several may have the same last part.
        let name = if names.contains(&last) { folder.as_str() } else { last };
        names.push(name);
        let _ = write!(out, "\n[service.{}]\npath = {}\n", quoted_key(name), quoted(folder));
        let databases = databases(part);
        if !databases.is_empty() {
            let _ = writeln!(out, "databases = [{databases}]");
        }
        if let Some((requirement, path)) = &part.sqlalchemy {
            let _ = writeln!(out, "# {} asks for `{requirement}`, which is used.", comment(path));
        }
    }
}

/// The databases of a part, as entries of a list.
fn databases(part: &Part) -> String {
    let names = part.databases().into_iter().map(|database: Database| quoted(database.name()));
    names.collect::<Vec<_>>().join(", ")
}

/// A workflow for GitHub, with the action of this program.
pub(super) fn github(facts: &Facts) -> String {
    let mut out = format!(
        "# Checks what a pull request changes in the schema. Replace `your-organisation/belljar@…` by the repository of the\n\
         # action and the commit that you have reviewed.\n\
         name: Belljar\non: pull_request\npermissions: {{}}\njobs:\n  belljar:\n    runs-on: ubuntu-24.04\n    \
         permissions:\n      contents: read\n      pull-requests: write            # for the comment; without it there is none\n    \
         steps:\n      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0\n        with:\n          \
         fetch-depth: 0\n          persist-credentials: false\n      \
         - uses: your-organisation/belljar@0000000000000000000000000000000000000000\n        with:\n          \
         version: \"{}\"\n",
        env!("CARGO_PKG_VERSION")
    );
    if !facts.dbt.is_empty() {
        out.push_str(
            "          # dbt: a manifest that no pull request can write, such as that of production\n",
        );
    }
    out
}

/// The part of a pipeline of GitLab.
pub(super) fn gitlab(facts: &Facts) -> String {
    let mut out = format!(
        "# `your-group` is the group of your mirror of Belljar.\ninclude:\n  \
         - component: $CI_SERVER_FQDN/your-group/belljar/check@{}\n    inputs:\n      path: .\n",
        env!("CARGO_PKG_VERSION")
    );
    if !facts.dbt.is_empty() {
        out.push_str("      # dbt: a manifest that no merge request can write, such as that of production\n");
    }
    out
}

/// An entry for the hooks of pre-commit.
pub(super) fn pre_commit() -> String {
    format!(
        "  - repo: local\n    hooks:\n      - id: belljar-check\n        name: belljar check\n        \
         entry: belljar check rev:HEAD --quiet\n        language: python\n        \
         additional_dependencies: [\"belljar=={}\"]\n        \
         files: (\\.py|(^|/)belljar\\.(toml|ya?ml|json)|(^|/)pyproject\\.toml)$\n        pass_filenames: false\n        \
         require_serial: true\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// The path of the manifest of a dbt project.
fn manifest(folder: &str) -> String {
    if folder.is_empty() {
        "target/manifest.json".to_owned()
    } else {
        format!("{folder}/target/manifest.json")
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => _ = write!(out, "\\u{:04X}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A key of TOML, bare if it can be.
fn quoted_key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// A name within a comment.
fn comment(text: &str) -> String {
    format!("`{}`", belljar_text::safe(text))
}
