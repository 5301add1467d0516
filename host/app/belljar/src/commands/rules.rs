//! `belljar rules`.

use std::io;

use belljar_rules::{Rule, rules};

use crate::{
    cli::{ListFormat, Rules},
    failure::Failure,
    render,
    session::Session,
};

/// Lists all rules, or explains one of them.
pub(crate) fn run(arguments: &Rules, session: &mut Session) -> Result<u8, Failure> {
    session.write(0, &|out| match arguments.format {
        ListFormat::Json => render::json(out, &rules()),
        ListFormat::Text => list(out, "", line),
        ListFormat::Markdown => {
            list(out, "| code | name | severity | databases | what it finds |\n|---|---|---|---|---|\n", row)
        }
    })?;
    Ok(0)
}

fn list(out: &mut dyn io::Write, head: &str, one: fn(&Rule) -> String) -> io::Result<()> {
    write!(out, "{head}")?;
    rules().iter().try_for_each(|rule| writeln!(out, "{}", one(rule)))
}

fn severity(rule: &Rule) -> String {
    let severity = format!("{:?}", rule.severity).to_lowercase();
    if rule.enabled { severity } else { format!("{severity} (off)") }
}

fn databases(rule: &Rule) -> String {
    let titles: Vec<&str> = rule.dialects.iter().map(|dialect| dialect.title()).collect();
    if titles.len() == 4 { "all".to_owned() } else { titles.join(", ") }
}

fn line(rule: &Rule) -> String {
    let only = databases(rule);
    let only = if only == "all" { String::new() } else { format!(" ({only})") };
    format!("{}  {:24} {:11} {}{only}", rule.code, rule.name, severity(rule), rule.title)
}

fn row(rule: &Rule) -> String {
    format!("| {} | `{}` | {} | {} | {} |", rule.code, rule.name, severity(rule), databases(rule), rule.title)
}
