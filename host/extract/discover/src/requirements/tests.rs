use super::*;
use crate::{Options, discover};

const MODELS: &str = "Base = declarative_base()\n";
const OFFERED: [&str; 4] = ["1.3.24", "1.4.54", "2.0.50", "2.1.9"];

fn requested(files: &[(&str, &str)]) -> Requested {
    discover(&Tree::in_memory(files.iter().copied()), &Options::default()).requested
}

/// What one file says: text, line, kind and scope.
fn check(path: &str, text: &str, expected: &[(&str, u32, FoundKind, Scope)]) {
    let requested = requested(&[(path, text)]);
    let found: Vec<_> = requested
        .specifiers
        .iter()
        .map(|found| (found.text.as_str(), found.line, found.kind, found.scope))
        .collect();
    assert_eq!(found, expected, "{path}");
}

fn declared(path: &str, text: &str, expected: &[(&str, u32, Scope)]) {
    let expected: Vec<_> =
        expected.iter().map(|(text, line, scope)| (*text, *line, FoundKind::Declared, *scope)).collect();
    check(path, text, &expected);
}

/// The version chosen of those on offer, how well it fits, and the reason.
fn choice(files: &[(&str, &str)]) -> (String, Fit, String) {
    let requested = requested(files);
    let choice = requested.newest_fitting(&OFFERED);
    (choice.version.unwrap().to_owned(), choice.fit, choice.reason)
}

fn chosen(requirement: &str, version: &str, fit: Fit) {
    let (chosen, how, _) = choice(&[("requirements.txt", requirement)]);
    assert_eq!((chosen.as_str(), how), (version, fit), "{requirement}");
}

#[test]
fn pyproject() {
    declared(
        "pyproject.toml",
        "[project]\ndependencies = [\n  'a',\n  'SQLAlchemy[asyncio]>=1.4',\n]\n[project.optional-dependencies]\n\
         db = ['sqlalchemy<3']\n[dependency-groups]\ntest = ['sqlalchemy==2.0.1', {include-group = 'x'}]\n",
        &[
            ("SQLAlchemy[asyncio]>=1.4", 4, Scope::Main),
            ("sqlalchemy<3", 7, Scope::Optional),
            ("sqlalchemy==2.0.1", 9, Scope::Development),
        ],
    );
    declared(
        "pyproject.toml",
        "[tool.poetry.dependencies]\nSQLAlchemy = {version = '^1.4', extras = \
         ['x']}\n[tool.poetry.group.dev.dependencies]\nsqlalchemy = '*'\n",
        &[("sqlalchemy = \"^1.4\"", 2, Scope::Main), ("sqlalchemy = \"*\"", 4, Scope::Development)],
    );
}

#[test]
fn setup_files() {
    declared(
        "setup.cfg",
        "[options]\ninstall_requires =\n    x\n    sqlalchemy>=1.4\n[options.extras_require]\npg = sqlalchemy<2\n",
        &[("sqlalchemy>=1.4", 4, Scope::Main), ("sqlalchemy<2", 6, Scope::Optional)],
    );
    declared(
        "setup.py",
        "requires = ['x', 'SQLAlchemy>=1.3']\nsetup(install_requires=requires,\n      extras_require={'db': \
         ['sqlalchemy<2']},\n      tests_require=['sqlalchemy'])\n",
        &[
            ("SQLAlchemy>=1.3", 1, Scope::Main),
            ("sqlalchemy<2", 3, Scope::Optional),
            ("sqlalchemy", 4, Scope::Development),
        ],
    );
}

#[test]
fn lists_and_metadata() {
    declared(
        "requirements.txt",
        "x\nsqlalchemy==1.4.1 \\\n  --hash=sha256:0\n",
        &[("sqlalchemy==1.4.1", 2, Scope::Main)],
    );
    declared("requirements/dev.in", "sqlalchemy<2", &[("sqlalchemy<2", 1, Scope::Development)]);
    declared(
        "x.egg-info/requires.txt",
        "sqlalchemy>1\n[:python_version<'3.8']\nsqlalchemy<1\n[db]\nsqlalchemy<2",
        &[
            ("sqlalchemy>1", 1, Scope::Main),
            ("sqlalchemy<1", 3, Scope::Optional),
            ("sqlalchemy<2", 5, Scope::Optional),
        ],
    );
    declared(
        "PKG-INFO",
        "Name: x\nRequires-Dist: SQLAlchemy>=1; extra == 'db'\n\nRequires-Dist: sqlalchemy",
        &[("SQLAlchemy>=1; extra == 'db'", 2, Scope::Optional)],
    );
    declared(
        "Pipfile",
        "[packages]\nsqlalchemy = '==1.4.1'\n",
        &[("sqlalchemy = \"==1.4.1\"", 2, Scope::Main)],
    );
    declared("tests/requirements.txt", "sqlalchemy<1", &[]);
}

#[test]
fn locks() {
    let locked = |path: &str, text: &str, line: u32| {
        check(path, text, &[("sqlalchemy 2.0.31", line, FoundKind::Lock, Scope::Main)]);
    };
    let toml = "[[package]]\nname = \"sqlalchemy-utils\"\nversion = \"1\"\n\n[[package]]\nname = \
                \"SQLAlchemy\"\nversion = \"2.0.31\"\n";
    locked("uv.lock", toml, 7);
    locked("poetry.lock", toml, 7);
    locked(
        "Pipfile.lock",
        "{\n \"default\": {\n  \"sqlalchemy\": {\n   \"version\": \"==2.0.31\"\n  }\n }\n}",
        4,
    );
    locked(
        "Pipfile.lock",
        r#"{"_meta":{"x":{}},"default":{"a":{"version":"==1"},"sqlalchemy":{"hashes":["a\"}"],"version":"==2.0.31"}},"develop":{}}"#,
        1,
    );
    for (path, text) in [
        ("pylock.toml", "lock-version = '1.0'\n[[packages]]\nname = 'sqlalchemy'\nversion = '2.0.31'\n"),
        (
            "pylock.dev.toml",
            "lock-version = '1.0'\n[[packages]]\nname = \"SQLAlchemy\"\nversion = \"2.0.31\"\n",
        ),
    ] {
        locked(path, text, 4);
    }
    for text in [
        r#"{"_meta":{"sqlalchemy":"2.0.31"},"default":{"sqlalchemy-utils":{"version":"==2.0.31"}}}"#,
        r#"{"default":{"x":{"sqlalchemy":{"version":"==2.0.31"}}}}"#,
        r#"{"default":{"sqlalchemy":{"version":"#,
        &r#"{"a":"#.repeat(1000),
    ] {
        check("Pipfile.lock", text, &[]);
    }
}

#[test]
fn pins_in_other_places() {
    let pin = "sqlalchemy==2.0.36";
    for path in [
        "requirements.lock",
        "requirements/prod.lock",
        "3rdparty/python/requirements.txt",
        "third_party/requirements.txt",
        "third_party/python/requirements.lock",
        "backend/3rdparty/python/constraints.txt",
    ] {
        declared(path, pin, &[(pin, 1, Scope::Main)]);
        let found =
            requested(&[(path, pin), ("pyproject.toml", "[project]\ndependencies = ['sqlalchemy>=2']")]);
        assert_eq!(found.newest_fitting(&OFFERED).version, Some("2.0.50"), "{path}");
    }
    declared("requirements-dev.lock", pin, &[(pin, 1, Scope::Development)]);
    for path in
        ["third_party/other/requirements.txt", "_vendor/requirements.txt", "other.lock", "3rdparty/a.txt"]
    {
        declared(path, pin, &[]);
    }
}

#[test]
fn versions() {
    chosen("sqlalchemy>=1.4,<2", "1.4.54", Fit::Exact);
    chosen("sqlalchemy>=1.4", "2.1.9", Fit::Exact);
    chosen("sqlalchemy==2.0.25", "2.0.50", Fit::Generation);
    chosen("sqlalchemy==1.2.19", "1.3.24", Fit::Nearest);
    chosen("sqlalchemy>=3", "2.1.9", Fit::Nearest);
    chosen("sqlalchemy", "2.1.9", Fit::Unasked);
}

#[test]
fn reasons_name_the_declaration() {
    let (_, _, reason) = choice(&[("a/requirements.txt", "SQLAlchemy>=1.4,<2")]);
    assert_eq!(reason, "`SQLAlchemy>=1.4,<2` in `a/requirements.txt`");
    assert_eq!(
        requested(&[("a.py", "")]).newest_fitting(&OFFERED).reason,
        "the project does not state a version; the newest"
    );
    assert_eq!(Requested::default().newest_fitting(&[]).version, None);
}

#[test]
fn a_lock_counts_more_than_a_requirement() {
    let lock = "name = \"sqlalchemy\"\nversion = \"2.0.31\"\n";
    let (version, fit, reason) =
        choice(&[("pyproject.toml", "[project]\ndependencies = ['sqlalchemy>=1']"), ("uv.lock", lock)]);
    assert_eq!((version.as_str(), fit), ("2.0.50", Fit::Generation));
    assert!(reason.ends_with("`sqlalchemy 2.0.31` in `uv.lock` requires"), "{reason}");
}

#[test]
fn extras_and_developers_count_where_the_project_is_silent() {
    let optional =
        "[project]\ndependencies = ['sqlalchemy>=1']\n[project.optional-dependencies]\na = ['sqlalchemy<2']";
    assert_eq!(choice(&[("pyproject.toml", optional)]).0, "2.1.9");
    let bare =
        "[project]\ndependencies = ['sqlalchemy']\n[project.optional-dependencies]\na = ['sqlalchemy<2']";
    assert_eq!(choice(&[("pyproject.toml", bare)]).0, "1.4.54");
    let exclusive = "[project.optional-dependencies]\na = ['sqlalchemy<2']\nb = ['sqlalchemy>=2,<2.1']";
    assert_eq!(choice(&[("pyproject.toml", exclusive)]).0, "2.0.50");
}

#[test]
fn the_project_of_the_models_counts_most() {
    let files = [
        ("a/requirements.txt", "sqlalchemy<1.4"),
        ("b/requirements.txt", "sqlalchemy<2"),
        ("b/src/pkg/__init__.py", ""),
        ("b/src/pkg/models.py", MODELS),
        ("requirements.txt", "sqlalchemy>=2"),
    ];
    assert_eq!(choice(&files).0, "1.4.54");
    let elsewhere = [("a/requirements.txt", "sqlalchemy<2"), ("b/models.py", MODELS)];
    assert_eq!(choice(&elsewhere).0, "1.4.54");
    let around =
        [("requirements.txt", "sqlalchemy<2"), ("b/requirements.txt", "sqlalchemy"), ("b/models.py", MODELS)];
    assert_eq!(choice(&around).0, "1.4.54");
}

/// What a file of conda and its like says of SQLAlchemy: text and line.
fn says(path: &str, text: &str, expected: &[(&str, u32)]) {
    let requested = requested(&[(path, text)]);
    let found: Vec<_> = requested.specifiers.iter().map(|found| (found.text.as_str(), found.line)).collect();
    assert_eq!(found, expected, "{path}: {text}");
}

#[test]
fn conda_and_pixi() {
    let environment = "name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - \
                       conda-forge::sqlalchemy=1.4  # why\n";
    for path in
        ["environment.yml", "environment.yaml", "a/environment-dev.yml", "conda.yml", "ci/conda-env.yaml"]
    {
        says(path, environment, &[("conda-forge::sqlalchemy=1.4", 5)]);
    }
    says("environment.yml", "dependencies:\n- pip:\n  - sqlalchemy==1.4.1\n", &[("sqlalchemy==1.4.1", 3)]);
    says(
        "recipe/meta.yaml",
        "requirements:\n  run:\n    - sqlalchemy >=1.4,<2\n",
        &[("sqlalchemy >=1.4,<2", 3)],
    );
    says("pixi.toml", "[dependencies]\nsqlalchemy = \"1.4.*\"\n", &[("sqlalchemy = \"1.4.*\"", 2)]);
    says("pixi.toml", "[pypi-dependencies]\nsqlalchemy = \"<2\"\n", &[("sqlalchemy = \"<2\"", 2)]);
    says(
        "pyproject.toml",
        "[tool.pixi.dependencies]\nsqlalchemy = {version = \">=1.4,<2\"}\n",
        &[("sqlalchemy = \">=1.4,<2\"", 2)],
    );
    for (path, text) in [
        ("pixi.lock", "packages:\n- kind: conda\n  name: sqlalchemy\n  version: 2.0.31\n"),
        ("pixi.lock", "packages:\n- pypi: https://x/y.whl\n  name: sqlalchemy\n  version: \"2.0.31\"\n"),
        ("pixi.lock", "\n\n\n- conda: https://x/linux-64/sqlalchemy-2.0.31-py312h66e93f0_0.conda\n"),
        ("conda-lock.yml", "package:\n\n- name: sqlalchemy\n  version: 2.0.31\n  manager: conda\n"),
        ("conda-linux-64.lock", "@EXPLICIT\n\n\nhttps://x/linux-64/sqlalchemy-2.0.31-py312_0.tar.bz2#abc\n"),
        ("pdm.lock", "[[package]]\n\nname = \"sqlalchemy\"\nversion = \"2.0.31\"\n"),
    ] {
        check(path, text, &[("sqlalchemy 2.0.31", 4, FoundKind::Lock, Scope::Main)]);
    }
}

#[test]
fn what_conda_admits() {
    let admits = |text: &str, version: &str| {
        let (chosen, _, _) = choice(&[("environment.yml", &format!("dependencies:\n- sqlalchemy{text}\n"))]);
        assert_eq!(chosen, version, "{text}");
    };
    admits("=1.4", "1.4.54");
    admits("=1.4.*", "1.4.54");
    admits(" 1.4.*", "1.4.54");
    admits("==1.4.54", "1.4.54");
    admits("=1.4.54=py39h1", "1.4.54");
    admits(">=1.4,<2.0", "1.4.54");
    admits(" >=1.3,<1.4|>=2.0,<2.1", "2.0.50");
    admits("<2", "1.4.54");
    admits("", "2.1.9");
}

#[test]
fn constraints_and_files_that_others_name() {
    let bare = ("requirements.txt", "sqlalchemy\n-c pins/stable.lst\n");
    assert_eq!(choice(&[bare, ("pins/stable.lst", "sqlalchemy==1.4.54\n")]).0, "1.4.54");
    let twice =
        [("requirements.txt", "-r a.lst\n"), ("a.lst", "--requirement=b.lst\n"), ("b.lst", "sqlalchemy<2\n")];
    assert_eq!(choice(&twice).0, "1.4.54");
    assert_eq!(choice(&[("a/requirements.txt", "-r ../base\n"), ("base", "sqlalchemy<1.4")]).0, "1.3.24");
    assert_eq!(choice(&[("constraints.txt", "sqlalchemy==1.4.54\n"), ("x.py", "")]).0, "1.4.54");
    let dynamic = "[tool.setuptools.dynamic]\ndependencies = {file = ['deps.lst']}\n";
    assert_eq!(choice(&[("pyproject.toml", dynamic), ("deps.lst", "sqlalchemy<2\n")]).0, "1.4.54");
    let around = [("requirements.txt", "-r requirements.txt\n-r ../../x\n-r none.txt\nsqlalchemy<2\n")];
    assert_eq!(choice(&around).0, "1.4.54");
}

#[test]
fn containers_and_tools() {
    for text in [
        "FROM python:3.9\nRUN pip install sqlalchemy==1.4.54\n",
        "RUN apt-get update && pip install --no-cache-dir \\\n    flask \\\n    'sqlalchemy==1.4.54' && rm -rf x\n",
        "RUN uv pip install \"SQLAlchemy[asyncio]<2\"\n",
    ] {
        for path in ["Dockerfile", "Dockerfile.api", "api.Dockerfile", "Containerfile"] {
            assert_eq!(choice(&[(path, text)]).0, "1.4.54", "{path}: {text}");
        }
    }
    assert_eq!(
        requested(&[("Dockerfile", "# pip install sqlalchemy<2\nRUN echo sqlalchemy<2\n")]).specifiers,
        []
    );
    declared(
        "tox.ini",
        "[testenv]\ndeps =\n  pytest\n  sa14: sqlalchemy<2\n[other]\ndeps = sqlalchemy<1\n",
        &[("sqlalchemy<2", 4, Scope::Development)],
    );
    declared("noxfile.py", "session.install('sqlalchemy<2')\n", &[("sqlalchemy<2", 1, Scope::Development)]);
}

#[test]
fn what_is_installed_in_the_tree() {
    let files = [
        ("libs/SQLAlchemy-1.4.49.dist-info/METADATA", "Name: SQLAlchemy\n"),
        ("libs/sqlalchemy/__init__.py", ""),
        ("libs/Flask_SQLAlchemy-3.0.dist-info/METADATA", "Requires-Dist: sqlalchemy>=1.3\n"),
        ("libs/flask_sqlalchemy/__init__.py", ""),
        ("app/models.py", MODELS),
    ];
    let (version, fit, reason) = choice(&files);
    assert_eq!((version.as_str(), fit), ("1.4.54", Fit::Generation));
    assert!(reason.contains("`sqlalchemy 1.4.49` in `libs/SQLAlchemy-1.4.49.dist-info`"), "{reason}");
}

#[test]
fn where_a_project_comes_from() {
    let cases = [
        (
            "pyproject.toml",
            "[project]\ndependencies = ['a>=1']\n[tool.uv.sources]\na = { path = '../' }\n",
            "a @ ../",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['a']\n[tool.uv.sources]\na = [{ git = 'https://x/a', rev = '1' }]\n",
            "a @ git+https://x/a",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['a']\n[tool.uv.sources]\na = { workspace = true }\n",
            "a @ the workspace",
        ),
        (
            "pyproject.toml",
            "[tool.uv.sources]\na = { index = 'x' }\n[project]\ndependencies = ['a>=1']\n",
            "a>=1",
        ),
        ("pyproject.toml", "[tool.poetry.dependencies]\na = { path = '../lib' }\n", "a @ ../lib"),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\na = { git = 'https://x/a', version = '1' }\n",
            "a @ git+https://x/a",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\na = { url = 'https://x/a.whl' }\n",
            "a @ https://x/a.whl",
        ),
        ("Pipfile", "[packages]\na = { path = '.', editable = true }\n", "a @ ."),
        ("requirements.txt", "-e git+https://x/a.git@v1#egg=a\n", "a @ git+https://x/a.git@v1"),
        ("requirements.txt", "git+ssh://git@x/a#egg=a&subdirectory=b\n", "a @ git+ssh://git@x/a"),
        ("requirements.txt", "a @ file:../lib\n", "a @ file:../lib"),
        ("requirements.txt", "a>=1  # the one from the index\n", "a>=1"),
    ];
    for (path, text, expected) in cases {
        let requested = requested(&[(path, text)]);
        assert_eq!(requested.projects.get("a").map(String::as_str), Some(expected), "{path}: {text}");
    }
}

#[test]
fn scripts_that_declare_their_requirements() {
    let script = "#!/usr/bin/env python\n# /// script\n# requires-python = '>=3.12'\n# dependencies = [\n#   \
                  'sqlalchemy<2',\n# ]\n# ///\nimport sqlalchemy\n";
    declared("run.py", script, &[("sqlalchemy<2", 5, Scope::Optional)]);
    assert_eq!(choice(&[("run.py", script)]).0, "1.4.54");
    let project = ("pyproject.toml", "[project]\ndependencies = ['sqlalchemy>=2,<2.1']\n");
    assert_eq!(choice(&[("run.py", script), project]).0, "2.0.50", "the project's own counts more");
    for text in [
        "# /// other\n# dependencies = ['sqlalchemy<2']\n# ///\n",
        "x = \"# /// script\"\n# dependencies = ['sqlalchemy<2']\n",
    ] {
        declared("run.py", text, &[]);
    }
    declared("tests/run.py", script, &[]);
}
