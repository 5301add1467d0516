//! Options from environment variables: `BELLJAR_FAIL_ON` stands for `--fail-on`.
//!
//! An option of the command line takes precedence. The variables become arguments, so that a separate process, which has no
//! environment, gets them too.
//!
//! * A switch is on with `1`, `true`, `yes` or `on`, and off with `0`, `false`, `no` or `off`, in upper or lower case.
//! * A list is separated by commas, or by line breaks if there are any.
//! * An empty variable is not set.

use std::ffi::{OsStr, OsString};

use belljar_text::did_you_mean;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory as _, parser::ValueSource};

use crate::cli::{CONFINED_JOB, Cli, DELIVERY};

/// What every variable begins with.
const PREFIX: &str = "BELLJAR_";

/// The command that shows the variables.
const CONFIG: &str = "config";

/// Variables with other readers: the CI integrations, the Python package and the tests.
const OTHERS: [&str; 6] =
    ["BELLJAR_PAGER", "BELLJAR_CI_", "BELLJAR_PROGRAM", "BELLJAR_TOKEN", "BELLJAR_WRITE", "BELLJAR_SOAK_"];

/// Options that are about one call only, and so have no variable.
const WITHOUT: [&str; 40] = [
    "all_parents",
    "check",
    "code",
    "columns",
    "depth",
    "dialect",   // not with every format
    "namespace", // not with every format
    "group",
    "format", // each command has its own
    "help",
    "version",
    "rev",
    "rename",
    "output",
    "report",
    "summary",
    "clear",
    "upstream",
    "downstream",
    "explain",
    "fix",
    "table",
    "keys",
    "max_count",
    "since",
    "dry_run",
    "yes",
    "force",
    "to",
    "no_verify",
    "time",
    "environment",
    "range",
    "base",
    "test",
    "target",
    "change",
    "run_url",
    "schema",
    "database", // may have a password; `env:NAME` names a variable
];

/// A variable that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: String,
    /// The option that it stands for, without `--`.
    pub(crate) option: String,
    /// Its value.
    pub(crate) value: OsString,
}

/// A variable whose value has the wrong form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) name: String,
    pub(crate) message: String,
}

/// The arguments of the program, with the variable of each option in its help.
pub(crate) fn command() -> Command {
    Cli::command().mut_subcommands(|command| command.mut_args(with_variable))
}

fn with_variable(arg: Arg) -> Arg {
    let Some(name) = name_of(&arg) else { return arg };
    let note = format!("[env: {name}]");
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let long = arg.get_long_help().map(ToString::to_string);
    let arg = arg.help(format!("{help} {note}"));
    match long {
        Some(long) => arg.long_help(format!("{long}\n\n{note}")),
        None => arg,
    }
}

/// The variable of an option; `None` if it has none.
pub(crate) fn name_of(arg: &Arg) -> Option<String> {
    let is_option = !arg.is_positional() && !arg.is_hide_set() && !WITHOUT.contains(&arg.get_id().as_str());
    let long = arg.get_long().filter(|_| is_option)?;
    Some(format!("{PREFIX}{}", long.to_uppercase().replace('-', "_")))
}

/// Adds the options that variables state to the arguments, and returns the variables that count. The arguments are unchanged
/// if they can't be parsed, or if they ask for help.
pub(crate) fn expand(
    arguments: &[OsString],
    variable: &dyn Fn(&str) -> Option<OsString>,
    all: &dyn Fn() -> Vec<(OsString, OsString)>,
) -> Result<(Vec<OsString>, Vec<Variable>), Wrong> {
    let unchanged = || (arguments.to_vec(), Vec::new());
    let mut root = Cli::command();
    let Ok(matches) = root.try_get_matches_from_mut(arguments) else { return Ok(unchanged()) };
    let Some((name, matches)) =
        matches.subcommand().filter(|(name, _)| ![CONFINED_JOB, DELIVERY].contains(name))
    else {
        return Ok(unchanged());
    };
    let Some(command) = root.find_subcommand(name) else { return Ok(unchanged()) };
    let (mut more, mut used) = (Vec::new(), Vec::new());
    if name == CONFIG {
        more.extend(stated(all));
    }
    for arg in command.get_arguments() {
        let Some(name) = name_of(arg) else { continue };
        let Some(value) = variable(&name).filter(|value| !value.is_empty()) else { continue };
        if is_given(command, matches, arg) {
            continue;
        }
        let option = arg.get_long().unwrap_or_default();
        let added =
            arguments_of(arg, option, &value).map_err(|message| Wrong { name: name.clone(), message })?;
        // A switch that is off is the default.
        if !added.is_empty() {
            more.extend(added);
            used.push(Variable { name, option: option.to_owned(), value });
        }
    }
    Ok((inserted(arguments, more), used))
}

/// The variables as arguments of `belljar config`.
fn stated(all: &dyn Fn() -> Vec<(OsString, OsString)>) -> Vec<OsString> {
    let pairs = all().into_iter().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| is_ours(name))?;
        Some(OsString::from(format!("--variable={name}={}", value.to_string_lossy())))
    });
    pairs.collect()
}

/// Whether the command line has an option, or one that excludes it.
fn is_given(command: &Command, matches: &ArgMatches, arg: &Arg) -> bool {
    let has = |arg: &Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let excludes = |other: &&Arg| {
        let excluded = |one: &Arg, two: &Arg| {
            command.get_arg_conflicts_with(one).iter().any(|found| found.get_id() == two.get_id())
        };
        has(other) && (excluded(arg, other) || excluded(other, arg))
    };
    has(arg)
        || command
            .get_arguments()
            .filter(|other| other.get_id() != arg.get_id())
            .any(|other| excludes(&other))
}

/// The arguments that a variable stands for.
fn arguments_of(arg: &Arg, option: &str, value: &OsStr) -> Result<Vec<OsString>, String> {
    let with = |value: &OsStr| {
        let mut out = OsString::from(format!("--{option}="));
        out.push(value);
        out
    };
    Ok(match arg.get_action() {
        ArgAction::SetTrue => {
            let is_on = switch(value).ok_or_else(|| {
                format!(
                    "`{}` is neither on (1, true, yes, on) nor off (0, false, no, off)",
                    value.to_string_lossy()
                )
            })?;
            if is_on { vec![OsString::from(format!("--{option}"))] } else { Vec::new() }
        }
        ArgAction::Append => items(value)?.iter().map(|item| with(OsStr::new(item))).collect(),
        _ => vec![with(value)],
    })
}

fn switch(value: &OsStr) -> Option<bool> {
    match value.to_str()?.to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn items(value: &OsStr) -> Result<Vec<&str>, String> {
    let text = value.to_str().ok_or("it is not UTF-8")?;
    let by = if text.contains('\n') { '\n' } else { ',' };
    Ok(text.split(by).map(str::trim).filter(|item| !item.is_empty()).collect())
}

/// The arguments with further ones: before a `--`, after which everything is a value.
fn inserted(arguments: &[OsString], more: Vec<OsString>) -> Vec<OsString> {
    let end = arguments.iter().position(|one| one == "--").unwrap_or(arguments.len());
    let (before, after) = arguments.split_at(end);
    before.iter().cloned().chain(more).chain(after.iter().cloned()).collect()
}

/// Whether a variable has the prefix, and no other reader.
fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && !OTHERS.iter().any(|other| name.starts_with(other))
}

/// The option that a variable stands for, without `--`.
pub(crate) fn option_of(variable: &str) -> Option<String> {
    let command = Cli::command();
    let of_commands = command.get_subcommands().flat_map(Command::get_arguments);
    let mut all = command.get_arguments().chain(of_commands);
    let arg = all.find(|arg| name_of(arg).as_deref() == Some(variable))?;
    arg.get_long().map(str::to_owned)
}

/// Variables that no option has, with a suggestion.
pub(crate) fn unknown(names: impl Iterator<Item = String>) -> Vec<(String, Option<String>)> {
    let command = Cli::command();
    let of_commands = command.get_subcommands().flat_map(Command::get_arguments);
    let known: Vec<String> = command.get_arguments().chain(of_commands).filter_map(name_of).collect();
    names
        .filter(|name| is_ours(name) && !known.contains(name))
        .map(|name| (name.clone(), did_you_mean(&name, &known)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Vec<String>, Wrong> {
        let arguments: Vec<OsString> =
            ["belljar"].iter().chain(arguments).map(|one| OsString::from(*one)).collect();
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(*value))
        };
        let (all, _) = expand(&arguments, &variable, &Vec::new)?;
        Ok(all.into_iter().skip(1).map(|one| one.into_string().unwrap()).collect())
    }

    #[test]
    fn variables_become_options() {
        for (arguments, variables, expected) in [
            (
                &["check", "HEAD"][..],
                &[("BELLJAR_FAIL_ON", "note")][..],
                &["check", "HEAD", "--fail-on=note"][..],
            ),
            (
                &["check", "HEAD", "--fail-on", "error"],
                &[("BELLJAR_FAIL_ON", "note")],
                &["check", "HEAD", "--fail-on", "error"],
            ),
            (&["check", "HEAD"], &[("BELLJAR_FAIL_ON", "")], &["check", "HEAD"]),
            // A variable of another command.
            (&["extract"], &[("BELLJAR_FAIL_ON", "note")], &["extract"]),
            (&["extract"], &[("BELLJAR_QUIET", "Yes")], &["extract", "--quiet"]),
            (&["extract"], &[("BELLJAR_QUIET", "off")], &["extract"]),
            (&["extract", "-v"], &[("BELLJAR_QUIET", "1")], &["extract", "-v"]),
            (&["extract"], &[("BELLJAR_ONLY", "a, b/**,")], &["extract", "--only=a", "--only=b/**"]),
            (&["extract"], &[("BELLJAR_ONLY", "a,b\nc\n")], &["extract", "--only=a,b", "--only=c"]),
            (
                &["extract", "--", "x"],
                &[("BELLJAR_ISOLATE", "never")],
                &["extract", "--isolate=never", "--", "x"],
            ),
            (
                &["check", "a"],
                &[("BELLJAR_NO_CONFIG", "1"), ("BELLJAR_OUTPUT", "x")],
                &["check", "a", "--no-config"],
            ),
            (&["check", "a", "--no-config"], &[("BELLJAR_CONFIG", "x.toml")], &["check", "a", "--no-config"]),
            (&["extract", "--help"], &[("BELLJAR_QUIET", "1")], &["extract", "--help"]),
        ] {
            assert_eq!(expanded(arguments, variables).unwrap(), expected, "{arguments:?} {variables:?}");
        }
    }

    #[test]
    fn switches_have_known_values() {
        let wrong = expanded(&["extract"], &[("BELLJAR_STRICT", "maybe")]).unwrap_err();
        assert_eq!(wrong.name, "BELLJAR_STRICT");
        assert!(wrong.message.starts_with("`maybe` is neither on"), "{}", wrong.message);
    }

    #[test]
    fn names_with_a_typing_error() {
        let names = ["BELLJAR_FAIL_NO", "BELLJAR_FAIL_ON", "BELLJAR_CI_BASE", "PATH", "BELLJAR_PROGRAM"];
        let found = unknown(names.into_iter().map(str::to_owned));
        let hint = Some("did you mean `BELLJAR_FAIL_ON`?".to_owned());
        assert_eq!(found, [("BELLJAR_FAIL_NO".to_owned(), hint)]);
    }

    /// The page lists the variables; whoever adds an option adds its variable there.
    #[test]
    fn the_page_lists_every_variable() {
        let page = include_str!("../../../../docs/configuration.md");
        let command = Cli::command();
        let all = command.get_subcommands().filter(|command| !command.is_hide_set());
        for name in all.flat_map(Command::get_arguments).filter_map(name_of) {
            assert!(page.contains(&format!("`{name}`")), "docs/configuration.md has no `{name}`");
        }
    }
}
