//! `belljar rules`.

use belljar_rules::{Rule, rules};

use crate::{
    cli::{ListFormat, Rules},
    failure::Failure,
    terminal::output,
};

/// Lists all rules, or explains one of them.
pub(crate) fn run(arguments: &Rules) -> Result<u8, Failure> {
    match arguments.format {
        ListFormat::Json => output::print_json(&rules()),
        ListFormat::Text => list("", line),
        ListFormat::Markdown => {
            list("| code | name | severity | databases | what it finds |\n|---|---|---|---|---|\n", row)
        }
    }
}

fn list(head: &str, one: fn(&Rule) -> String) -> Result<u8, Failure> {
    output::write(&|out| {
        write!(out, "{head}")?;
        rules().iter().try_for_each(|rule| writeln!(out, "{}", one(rule)))
    })?;
    Ok(0)
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
