//! `belljar config`.

use std::fmt::Write as _;

use belljar_check::{CheckConfig, ConfigText, Problem as TextProblem, settings};
use belljar_engine::Source;
use belljar_schema::Diagnostic;
use serde::Serialize;

use crate::{
    cli::{Compared, ConfigFormat, Fail, ShowConfig},
    comparison::{Comparison, Sources},
    config_file::{self, Given},
    environment,
    failure::Failure,
    named_databases::{Chosen, ProjectDatabases},
    own_config::{self, OwnConfig},
    render,
    session::Session,
    source_config::SourceConfig,
};

/// The version of the JSON.
const FORMAT_VERSION: &str = "1.0";

/// The values of settings that nothing sets.
const DEFAULTS: [(&str, &str); 7] = [
    ("sqlalchemy", "what the requirements of the project state"),
    ("check.databases", "those that the project names, or that support all types of the schema"),
    ("check.doubtful", "\"warning\""),
    ("check.fail-on", "\"error\""),
    ("check.index-columns", "3"),
    ("check.migrations", "\"settle\""),
    ("check.renames", "[]"),
];

/// The effective configuration.
#[derive(Debug, Serialize)]
struct Report {
    format: &'static str,
    /// The file that is used; `null` if there is none.
    file: Option<String>,
    settings: Vec<Setting>,
    /// What is wrong with the configuration, or has no effect.
    problems: Vec<Problem>,
    /// The settings that the head changes, and that are not used.
    changes: Vec<String>,
    /// The variables of the environment, with the option that each sets.
    variables: Vec<Variable>,
}

/// A setting with its origin.
#[derive(Debug, Serialize)]
struct Setting {
    name: String,
    /// The value, as TOML; of a default that depends on the project, a description.
    value: String,
    /// `default`, `project`, `file`, `environment` or `command-line`.
    source: &'static str,
    /// The file with its line, the variable, or what the project names.
    from: Option<String>,
}

#[derive(Debug, Serialize)]
struct Problem {
    file: Option<String>,
    line: u32,
    message: String,
    hint: Option<String>,
}

#[derive(Debug, Serialize)]
struct Variable {
    name: String,
    value: String,
    option: String,
}

/// The input of the report, read and not parsed.
struct Read {
    base: Option<Source>,
    head: Option<Source>,
    given: Given,
}

/// Writes the effective configuration. The exit code is 1 if something in it is wrong.
pub(crate) fn run(arguments: ShowConfig, session: &mut Session) -> Result<u8, Failure> {
    let (fail_on, format) = (arguments.fail_on, arguments.format);
    let sqlalchemy = arguments.sources.sqlalchemy.clone();
    let variables = arguments.variable.clone();
    let from = arguments.config_from;
    let read = open(arguments, session)?;
    session.seal()?;

    let sources = Sources { base: read.base.as_ref(), head: read.head.as_ref(), from };
    let mut report = report(&read.given, sources)?;
    of_environment(&mut report, &variables);
    set(&mut report, "check.fail-on", "BELLJAR_FAIL_ON", fail_on.map(name_of));
    set(&mut report, "sqlalchemy", "BELLJAR_SQLALCHEMY", sqlalchemy.as_deref());
    session.write(0, &|out| match format {
        ConfigFormat::Json => render::json(out, &report),
        ConfigFormat::Text => out.write_all(text(&report).as_bytes()),
    })?;
    Ok(u8::from(!report.problems.is_empty()))
}

fn open(arguments: ShowConfig, session: &mut Session) -> Result<Read, Failure> {
    let ShowConfig { path, head, repo, config_from, config, no_config, sources, .. } = arguments;
    let given = Given::open(config.as_deref(), no_config, config_from)?;
    if head.is_some() {
        let compared = Compared { base: Some(path), head, repo, rename: Vec::new(), allow_host: Vec::new() };
        let (base, head) = Comparison::new(&compared, sources)?.open_files(session)?;
        return Ok(Read { base, head, given });
    }
    let source_config = SourceConfig::new(path.as_ref(), None, sources, Vec::new())?;
    let source = session.source(&source_config.request, &source_config.source_limits, None)?;
    Ok(Read { base: Some(source), head: None, given })
}

/// The settings of the configuration that is used, with the problems in it.
fn report(given: &Given, sources: Sources<'_>) -> Result<Report, Failure> {
    let mut report = Report {
        format: FORMAT_VERSION,
        file: None,
        settings: Vec::new(),
        problems: Vec::new(),
        changes: Vec::new(),
        variables: Vec::new(),
    };
    let used = match given {
        Given::None => None,
        Given::Named(named) => Some((named.name().to_owned(), named.lossy(), named.parse())),
        Given::Of(_) => match sources.deciding().map(|source| own_config::locate(&source.tree)) {
            None => None,
            Some(Err(error)) => {
                let hint = error.hint().map(str::to_owned);
                let file = Some(error.path().to_owned());
                report.problems.push(Problem { file, line: 0, message: error.message(), hint });
                None
            }
            Some(Ok(located)) => {
                report.problems.extend(located.remarks.into_iter().map(of_diagnostic));
                located.used.map(|own: OwnConfig| (own.path.clone(), own.lossy(), own.parse("")))
            }
        },
    };
    let mut config = CheckConfig::default();
    if let Some((path, text, parsed)) = used {
        of_text(&mut report, &path, &text);
        match parsed {
            Ok(parsed) => config = parsed,
            Err(Failure::Config { problems, .. }) => {
                report.problems.extend(problems.into_iter().map(|problem| of_problem(&path, problem)));
            }
            Err(failure) => return Err(failure),
        }
        if let Some(source) = sources.deciding() {
            report.problems.extend(unused(&config, source, &path));
        }
        report.file = Some(path);
    }
    databases(&mut report, sources);
    for (name, value) in DEFAULTS {
        if !report.settings.iter().any(|setting| setting.name == name) {
            let (name, value) = (name.to_owned(), value.to_owned());
            report.settings.push(Setting { name, value, source: "default", from: None });
        }
    }
    report.settings.sort_by(|one, other| one.name.cmp(&other.name));
    if sources.head.is_some() && report.problems.is_empty() {
        let decided = config_file::decide(given, sources)?;
        report.changes = decided.changes.iter().map(belljar_check::SettingChange::message).collect();
        report.problems.extend(decided.remarks.into_iter().map(of_diagnostic));
    }
    Ok(report)
}

/// The databases that the project names, where nothing sets them.
fn databases(report: &mut Report, sources: Sources<'_>) {
    const NAME: &str = "check.databases";
    if report.settings.iter().any(|setting| setting.name == NAME) {
        return;
    }
    let Some(source) = sources.deciding() else { return };
    let Chosen { databases, reasons, .. } =
        ProjectDatabases::find(&source.tree).choose(belljar_rules::DATABASES);
    if !databases.is_empty() {
        let names: Vec<&str> = databases.iter().map(|database| database.name()).collect();
        let (name, value) = (NAME.to_owned(), format!("{names:?}"));
        report.settings.push(Setting { name, value, source: "project", from: Some(reasons.join(", ")) });
    }
}

/// The settings of a text. What is wrong with it is reported by its parser.
fn of_text(report: &mut Report, path: &str, text: &str) {
    let found = settings(ConfigText::new(path, text)).unwrap_or_default();
    report.settings.extend(found.into_iter().map(|(name, (value, line))| Setting {
        name,
        value,
        source: "file",
        from: Some(format!("{path}:{line}")),
    }));
}

/// Settings that match nothing in the files.
fn unused(config: &CheckConfig, source: &Source, path: &str) -> Vec<Problem> {
    let tree = own_config::tree_of_config(source, config);
    let problem = |line: u32, message: String| Problem {
        file: Some(path.to_owned()),
        line,
        message,
        hint: Some("nothing in the repository matches it; correct or remove it".to_owned()),
    };
    let has = |folder: &str| folder.is_empty() || tree.node(folder).is_some();
    let services = config.project.services.iter().filter(|service| !has(&service.path)).map(|service| {
        problem(
            service.line,
            format!("`service.{}.path` is `{}`, which has no files", service.name, service.path),
        )
    });
    let matches = |pattern: &str| {
        globset::Glob::new(pattern).is_ok_and(|glob| {
            let glob = glob.compile_matcher();
            tree.files().any(|(path, _)| glob.is_match(path))
        })
    };
    let rules = config.rules.rules.iter().flat_map(|(key, rule)| {
        let named = |kind: &'static str, patterns: &[String]| {
            let unused = patterns.iter().filter(|pattern| !matches(pattern));
            unused
                .map(|pattern| format!("`rules.{key}.{kind}` has `{pattern}`, which matches no file"))
                .collect()
        };
        let (only, except): (Vec<String>, Vec<String>) =
            (named("only", &rule.only), named("except", &rule.except));
        only.into_iter().chain(except)
    });
    let rules = rules.map(|message| problem(0, message));
    let (_, artefacts) = belljar_graph::pick(&config.downstream, &tree);
    services.chain(rules).chain(artefacts.into_iter().map(of_diagnostic)).collect()
}

fn of_problem(path: &str, problem: TextProblem) -> Problem {
    let line = u32::try_from(problem.line).unwrap_or(u32::MAX);
    Problem { file: Some(path.to_owned()), line, message: problem.message, hint: problem.hint }
}

fn of_diagnostic(diagnostic: Diagnostic) -> Problem {
    let Diagnostic { message, hint, place, .. } = diagnostic;
    let (file, line) = place.map_or((None, 0), |place| (Some(place.path), place.line));
    Problem { file, line, message, hint }
}

/// The variables of the environment, and those that no option has.
fn of_environment(report: &mut Report, variables: &[String]) {
    let pairs = || variables.iter().filter_map(|pair| pair.split_once('='));
    let unknown = environment::unknown(pairs().map(|(name, _)| name.to_owned()));
    for (name, value) in pairs().filter(|(_, value)| !value.is_empty()) {
        if let Some(option) = environment::option_of(name) {
            let (name, value) = (name.to_owned(), value.to_owned());
            report.variables.push(Variable { name, value, option });
        }
    }
    report.problems.extend(unknown.into_iter().map(|(name, hint)| Problem {
        file: None,
        line: 0,
        message: format!("no option has the environment variable `{name}`"),
        hint,
    }));
}

/// Sets what an option or its variable states.
fn set(report: &mut Report, name: &str, variable: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    let is_variable = report.variables.iter().any(|one| one.name == variable && one.value == value);
    let (source, from) =
        if is_variable { ("environment", Some(variable.to_owned())) } else { ("command-line", None) };
    if let Some(setting) = report.settings.iter_mut().find(|setting| setting.name == name) {
        *setting = Setting { name: name.to_owned(), value: format!("{value:?}"), source, from };
    }
}

const fn name_of(fail_on: Fail) -> &'static str {
    match fail_on {
        Fail::Error => "error",
        Fail::Warning => "warning",
        Fail::Note => "note",
        Fail::Never => "never",
    }
}

/// The report for people.
fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = match &report.file {
        Some(file) => writeln!(out, "configuration: {}", render::safe(file)),
        None => writeln!(out, "configuration: none"),
    };
    let width = |text: fn(&Setting) -> usize, most: usize| {
        report.settings.iter().map(text).filter(|width| *width <= most).max().unwrap_or(0)
    };
    let (names, values) = (width(|one| one.name.len(), 40), width(|one| one.value.len(), 40));
    for Setting { name, value, source, from } in &report.settings {
        let from = from.as_deref().unwrap_or(source);
        let (name, value) = (render::safe(name), render::safe(value));
        let _ = writeln!(out, "  {name:names$}  {value:values$}  {}", render::safe(from));
    }
    if !report.variables.is_empty() {
        out.push_str("\nenvironment:\n");
    }
    for Variable { name, value, option } in &report.variables {
        let _ = writeln!(out, "  {name}={}  --{option}", render::safe(value));
    }
    if !report.changes.is_empty() {
        out.push_str("\nchanged by the head, and not used:\n");
    }
    for change in &report.changes {
        let _ = writeln!(out, "  {}", render::safe(change));
    }
    if !report.problems.is_empty() {
        out.push_str("\nproblems:\n");
    }
    for Problem { file, line, message, hint } in &report.problems {
        let place = match (file, line) {
            (Some(file), 0) => format!("{file}: "),
            (Some(file), line) => format!("{file}:{line}: "),
            (None, _) => String::new(),
        };
        let _ = writeln!(out, "  {}", render::safe(&format!("{place}{message}")));
        if let Some(hint) = hint {
            let _ = writeln!(out, "      hint: {}", render::safe(hint));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The defaults that are shown are those that apply.
    #[test]
    fn defaults() {
        let own = DEFAULTS.iter().filter_map(|(name, value)| Some((name.strip_prefix("check.")?, value)));
        let lines: Vec<String> = own
            .filter(|(_, value)| !value.starts_with("those"))
            .map(|(name, value)| format!("check.{name} = {value}\n"))
            .collect();
        let text = lines.concat();
        let (set, unset) = (CheckConfig::parse(text.as_str()).unwrap(), CheckConfig::default());
        assert_eq!((set.fail_on, set.rules, set.renames), (unset.fail_on, unset.rules, unset.renames));
    }
}
