//! The examples at the end of each help text.

/// Of `belljar --help`.
pub(super) const PROGRAM: &str = "\
Examples:
  belljar extract                        the schema of the models in this directory
  belljar explain orders                 one table, and where it comes from
  belljar diff main                      what changed since `main`
  belljar check                          what is dangerous about the changes of this branch

Exit codes: 0 success, 1 success with findings (a run ended early, an error; with --strict anything inexact), 2 failure, \
101 internal error.";

/// Of `belljar extract --help`.
pub(super) const EXTRACT: &str = "\
Examples:
  belljar extract                                 all tables of this directory
  belljar extract orders 'order_*'                the tables with these names
  belljar extract --summary services/shop         a line for each table of a service
  belljar extract --rev v1.2 -o schema.json       the document of a release
  belljar extract --format sql --dialect mysql    the DDL";

/// Of `belljar inspect --help`.
pub(super) const INSPECT: &str = "\
Examples:
  belljar inspect postgresql://app@db.example.com/shop        the schema of a database
  belljar inspect env:DATABASE_URL -o database.json           its document, with a URL that nobody sees
  belljar drift env:DATABASE_URL                              what differs from the code
  belljar inspect sqlite:///app.db --summary                  a file";

/// Of `belljar drift --help`.
pub(super) const DRIFT: &str = "\
Examples:
  belljar drift                                          the work tree against the database of DATABASE_URL
  belljar drift postgresql://app@db.example.com/shop     against this one
  belljar drift env:PRODUCTION_URL v1.2                  a release against production
  belljar drift database.json --format sarif             against a document of `belljar inspect`";

/// Of `belljar explain --help`.
pub(super) const EXPLAIN: &str = "\
Examples:
  belljar explain orders              a table, with its keys and who refers to it
  belljar explain orders.total        a column, and why it is in doubt
  belljar explain shop.models:Order   the table of a class
  belljar explain BJ204               a rule of `belljar check`";

/// Of `belljar diff --help`.
pub(super) const DIFF: &str = "\
Examples:
  belljar diff                                  this branch, since it left the default branch
  belljar diff HEAD                             the changes that are not committed
  belljar diff main...feature                   a branch, since it left `main`
  belljar diff old.json new.json                two documents of `extract --format json`
  belljar diff v1 v2 --format alembic           a migration script";

/// Of `belljar check --help`.
pub(super) const CHECK: &str = "\
Examples:
  belljar check                                 this branch, since it left the default branch
  belljar check HEAD                            the changes that are not committed
  belljar check main...feature --explain        a branch, with the explanation of each rule
  belljar check --select BJ1,BJ2                only what loses data or fails
  belljar check --ignore naming,BJ402           without these rules
  belljar check --fix 'filled in March'         writes comments that silence what fails
  belljar check main --format github --report sarif=belljar.sarif

Exit codes: 0 no finding at the severity of --fail-on or above, 1 findings, 2 failure, 101 internal error.";

/// Of `belljar notify --help`.
pub(super) const NOTIFY: &str = "\
Examples:
  belljar notify --test --notify notify.toml              a sample to every target
  belljar notify check.json --notify notify.toml          the notifications of a check that another job made
  belljar notify check.json --notify notify.toml --dry-run

Exit codes: 0 everything was sent, 1 something was not, 2 failure.";

/// Of `belljar diagram --help`.
pub(super) const DIAGRAM: &str = "\
Examples:
  belljar diagram                                   all tables of this directory, in Mermaid
  belljar diagram orders --depth 2 --columns all    a table, and those within two foreign keys of it
  belljar diagram --group schema -o schema.dot      for Graphviz: dot -Tsvg schema.dot
  belljar diagram services/shop 'order*' -o shop.d2 some tables of a directory";

/// Of `belljar docs --help`.
pub(super) const DOCS: &str = "\
Examples:
  belljar docs -o docs/schema                       a page for each table of the models in this directory
  belljar docs -o docs/schema --check               in CI: exit code 1 if a page is out of date

Exit codes: 0 written, or up to date, 1 out of date (`--check`), 2 failure, 101 internal error.";

/// Of `belljar generate --help`.
pub(super) const GENERATE: &str = "\
Examples:
  belljar generate -o models.py                     the models of this directory in the style of SQLAlchemy 2.0
  belljar generate postgresql://me@host/shop        models for a database
  belljar generate schema.json --to tables          `Table` objects for a document of `extract --format json`

Exit codes: 0 the models come back exactly, 1 something differs, 2 failure, 101 internal error.";

/// Of `belljar report --help`.
pub(super) const REPORT: &str = "\
Examples:
  belljar report -o schema.html                     the schema of the models in this directory
  belljar report main...feature -o change.html      what a branch changes, since it left `main`
  belljar report old.json new.json -o change.html   two documents of `extract --format json`

Exit codes: 0 the page was written, whatever it shows, 2 failure, 101 internal error.";

/// Of `belljar migrations --help`.
pub(super) const MIGRATIONS: &str = "\
Examples:
  belljar migrations check                        do the migrations make what the models declare?
  belljar migrations lint --base origin/main      what is dangerous in the versions of a branch?
  belljar migrations new -m 'add an age'          writes the version that they lack
  belljar migrations history --range a1b2:head    the versions since one
  belljar migrations show head                    what the newest version changes";

/// Of `belljar migrations check --help`.
pub(super) const MIGRATIONS_CHECK: &str = "\
Examples:
  belljar migrations check                                    all environments of this directory
  belljar migrations check --environment services/shop/db     one of them, by its folder of scripts
  belljar migrations check --rev v2 --fail-on warning         a revision; indexes and defaults count too
  belljar migrations check --format sarif -o belljar.sarif

Exit codes: 0 no finding at the severity of --fail-on or above, 1 findings or a broken history, 2 failure, 101 internal error.";

/// Of `belljar migrations lint --help`.
pub(super) const MIGRATIONS_LINT: &str = "\
Examples:
  belljar migrations lint                                all versions of this directory
  belljar migrations lint --base origin/main             those of a branch, and old ones that it edits
  belljar migrations lint --ignore BJ102,naming          without these rules
  belljar migrations lint --format sarif -o belljar.sarif

Exit codes: 0 no finding at the severity of --fail-on or above, 1 findings, 2 failure, 101 internal error.";

/// Of `belljar migrations test --help`.
pub(super) const MIGRATIONS_TEST: &str = "\
Examples:
  belljar migrations test                                 all versions of this directory
  belljar migrations test --format junit -o tests.xml     for CI
  belljar migrations test --allow-not-known               fails only for what is certain

Exit codes: 0 all tests passed, 1 a test failed or is not known, 2 failure, 101 internal error.";

/// Of `belljar migrations new --help`.
pub(super) const MIGRATIONS_NEW: &str = "\
Examples:
  belljar migrations new -m 'add an age'              writes the version, in the project's own place and form
  belljar migrations new -m 'add an age' --dry-run    prints it
  belljar migrations new --sql --dialect postgresql   prints the statements
  belljar migrations new -m 'fill in' --empty         a version that does nothing yet
  belljar migrations new -m join --head heads         also joins all heads

Exit codes: 0 the version has all changes, 1 something is left out of it, 3 there is nothing to write, 2 failure, 101 internal \
error.";

/// Of `belljar log --help`.
pub(super) const LOG: &str = "\
Examples:
  belljar log                                   all commits of this branch that changed the schema
  belljar log users.email                       those that changed a column, under its earlier names too
  belljar log --rev v1.0..HEAD --format csv     for a spreadsheet
  belljar log orders -n 5000 --since 2026-01-01

Exit codes: 0 the schema of all commits is known, 1 that of some is not, 2 failure, 101 internal error.";

/// Of `belljar lineage --help`.
pub(super) const LINEAGE: &str = "\
Examples:
  belljar lineage --dbt target/manifest.json                       what there is
  belljar lineage orders.total --dbt target/manifest.json          inputs and readers of a column
  belljar lineage orders --downstream --format mermaid             the readers of a table, as a chart";

/// Of `belljar impact --help`.
pub(super) const IMPACT: &str = "\
Examples:
  belljar impact --dbt target/manifest.json                        of this branch
  belljar impact main...feature --dbt target/manifest.json --lookml looker
  belljar impact HEAD --format markdown --dbt target/manifest.json

Exit codes: 0 nothing breaks, 1 something breaks, 2 failure, 101 internal error.";

/// Of `belljar contract --help`.
pub(super) const CONTRACT: &str = "\
Examples:
  belljar contract revenue orders invoices >> belljar.toml    promises two tables
  belljar contract revenue orders --format odcs -o revenue.yaml";

/// Of `belljar rules --help`.
pub(super) const RULES: &str = "\
Examples:
  belljar rules                     all rules
  belljar rules --format json       for programs
  belljar explain BJ204             one of them";

/// Of `belljar cache --help`.
pub(super) const CACHE: &str = "\
Examples:
  belljar cache             the folder, and its size
  belljar cache --clear     removes what is kept";

/// Of `belljar json-schema --help`.
pub(super) const JSON_SCHEMA: &str = "\
Examples:
  belljar json-schema check -o check.schema.json";

/// Of `belljar completions --help`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  belljar completions bash > ~/.local/share/bash-completion/completions/belljar";

/// Of `belljar man-page --help`.
pub(super) const MAN_PAGE: &str = "\
Examples:
  belljar man-page > belljar.1
  belljar man-page check > belljar-check.1";
