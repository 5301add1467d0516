//! What `belljar init` writes: a configuration, a CI workflow and a pre-commit entry that fit a project.
//!
//! [`facts`] looks at the files of the project, [`contents`] has the texts; nothing here writes.

mod contents;
mod facts;

pub(crate) use facts::{Ci, Facts};

/// A file that `belljar init` writes, or would add to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// Its path, from the top of the project.
    pub(crate) path: String,
    /// Its text; of a file that exists, what to add to it.
    pub(crate) text: String,
    /// The file that exists in its place, and is not changed.
    pub(crate) existing: Option<String>,
}

/// What to write for a project.
pub(crate) fn plan(facts: &Facts) -> Vec<Planned> {
    let mut planned = vec![Planned {
        path: belljar_config::FILE_NAME.to_owned(),
        text: contents::configuration(facts),
        existing: facts.configuration.clone(),
    }];
    match facts.ci {
        Some(Ci::Github) => planned.push(Planned {
            path: facts::GITHUB.to_owned(),
            text: contents::github(facts),
            existing: facts.has(facts::GITHUB),
        }),
        Some(Ci::Gitlab) => planned.push(Planned {
            path: facts::GITLAB.to_owned(),
            text: contents::gitlab(facts),
            existing: facts.has(facts::GITLAB),
        }),
        Some(Ci::Other(_)) | None => {}
    }
    if let Some(existing) = facts.has(facts::PRE_COMMIT) {
        let text = contents::pre_commit();
        planned.push(Planned { path: facts::PRE_COMMIT.to_owned(), text, existing: Some(existing) });
    }
    planned
}

#[cfg(test)]
mod tests {
    use belljar_check::CheckConfig;
    use belljar_tree::Tree;

    use super::*;

    fn facts(files: &[(&str, &str)], git_config: &str) -> Facts {
        Facts::find(&Tree::in_memory(files.iter().map(|(path, text)| (*path, *text))), git_config)
    }

    fn text(planned: &[Planned], path: &str) -> String {
        planned.iter().find(|one| one.path == path).map(|one| one.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_small_project() {
        let files = [
            ("requirements.txt", "SQLAlchemy>=2.0,<2.1  # the ORM\npsycopg[binary]==3.2\n# pymysql\n"),
            ("app/models.py", ""),
            (".pre-commit-config.yaml", "repos: []\n"),
        ];
        let planned = plan(&facts(&files, "[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n"));
        let paths: Vec<(&str, bool)> =
            planned.iter().map(|one| (one.path.as_str(), one.existing.is_some())).collect();
        assert_eq!(
            paths,
            [
                ("belljar.toml", false),
                (".github/workflows/belljar.yml", false),
                (".pre-commit-config.yaml", true)
            ]
        );
        let config = text(&planned, "belljar.toml");
        let parsed = CheckConfig::parse(config.as_str()).unwrap();
        assert_eq!(parsed.rules.dialects, [belljar_rules::Database::Postgresql], "{config}");
        assert!(config.contains("`requirements.txt` asks for `SQLAlchemy>=2.0,<2.1`"), "{config}");
        assert!(!config.contains("[service"), "{config}");
    }

    #[test]
    fn a_monorepo_with_dbt() {
        let files = [
            ("services/api/pyproject.toml", "[project]\ndependencies = ['sqlalchemy>=2', 'asyncpg']\n"),
            ("services/api/api/models.py", "from sqlalchemy import Column"),
            ("services/old/requirements.txt", "sqlalchemy<1.4\nPyMySQL\n"),
            ("services/old/models.py", "import sqlalchemy"),
            ("services/none/setup.py", ""),
            ("analytics/dbt_project.yml", ""),
            (".gitlab-ci.yml", "stages: []\n"),
        ];
        let planned = plan(&facts(&files, ""));
        let config = text(&planned, "belljar.toml");
        let parsed = CheckConfig::parse(config.as_str()).unwrap();
        let services: Vec<(&str, &str)> =
            parsed.project.services.iter().map(|one| (one.name.as_str(), one.path.as_str())).collect();
        assert_eq!(services, [("api", "services/api"), ("old", "services/old")], "{config}");
        assert_eq!(parsed.project.services[1].databases, [belljar_rules::Database::Mysql], "{config}");
        assert!(config.contains("analytics/target/manifest.json"), "{config}");
        let ci = planned.iter().find(|one| one.path == ".gitlab-ci.yml").unwrap();
        assert!(ci.existing.is_some() && ci.text.contains("component:"), "{}", ci.text);
    }

    /// Names of a project are data in all that is written.
    #[test]
    fn names_can_t_change_the_meaning_of_what_is_written() {
        let files = [
            ("a\"b]\n[rules]/requirements.txt", "sqlalchemy\n"),
            ("a\"b]\n[rules]/models.py", "import sqlalchemy"),
            ("x/requirements.txt", "sqlalchemy==1.4 # `\n"),
            ("x/models.py", "import sqlalchemy"),
            ("d\"\n/dbt_project.yml", ""),
        ];
        let planned = plan(&facts(&files, "url = github.com"));
        for one in &planned {
            assert!(!one.text.contains("\n[rules]\n"), "{}", one.text);
        }
        CheckConfig::parse(text(&planned, "belljar.toml").as_str()).unwrap();
    }

    #[test]
    fn every_form_of_the_configuration_is_kept() {
        for (path, body) in [
            ("belljar.yaml", ""),
            ("belljar.json", "{}"),
            ("pyproject.toml", "[tool.belljar.check]\nfail-on = 'note'\n"),
        ] {
            let planned = plan(&facts(&[(path, body)], ""));
            assert_eq!(planned[0].existing.as_deref(), Some(path));
        }
    }
}
