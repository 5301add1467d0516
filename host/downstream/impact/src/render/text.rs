use std::fmt::{self, Write};

use belljar_text::safe;

use super::{groups, kind, not_covered, spot, sure, tally, what};
use crate::{Impact, Verdict};

/// For a terminal. Nothing is omitted; control characters are escaped.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a Impact);

/// The maximum number of columns named for one dataset.
const MOST_COLUMNS: usize = 8;

impl fmt::Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.0;
        for change in impact.changes.iter().filter(|change| change.verdict != Verdict::NotAffected) {
            write!(out, "{}", what(change, &safe))?;
            if let Some(place) = &change.place {
                write!(out, "  {}", safe(&spot(place)))?;
            }
            writeln!(out)?;
            for group in groups(change) {
                let one = group.first;
                write!(
                    out,
                    "  {}{}  {} {}",
                    one.verdict.text(),
                    sure(one.certainty),
                    kind(one.kind),
                    safe(&one.name)
                )?;
                columns(&group.columns, out)?;
                if let Some(place) = &one.place {
                    write!(out, "  {}", safe(&spot(place)))?;
                }
                writeln!(out, "\n      {}", safe(&one.message))?;
                let way: Vec<String> = one.way.iter().map(|step| safe(&step.label)).collect();
                let more = one.steps + 1 - one.way.len().min(one.steps + 1);
                let more = if more > 0 { format!("  ({more} steps between)") } else { String::new() };
                writeln!(out, "      by {}{more}", way.join(" -> "))?;
                for doubt in &one.doubts {
                    writeln!(out, "      in doubt: {}", safe(doubt))?;
                }
            }
            writeln!(out)?;
        }
        if !impact.notify.is_empty() {
            writeln!(out, "tell:")?;
        }
        for notify in &impact.notify {
            let names: Vec<String> = notify.datasets.iter().map(|name| safe(name)).collect();
            let email =
                notify.owner.email.as_ref().map(|email| format!(" <{}>", safe(email))).unwrap_or_default();
            let worst = notify.verdict.text();
            writeln!(out, "  {}{email}: {} (at worst: {worst})", safe(&notify.owner.name), names.join(", "))?;
        }
        if !impact.notify.is_empty() {
            writeln!(out)?;
        }
        tally(impact, out)?;
        writeln!(out)?;
        for sentence in not_covered(impact, &safe, &safe) {
            writeln!(out, "{sentence}")?;
        }
        let counts = &impact.summary;
        if counts.unknowns > 0 {
            writeln!(
                out,
                "{}; verdicts that depend on it are less certain",
                not_understood(counts.unknowns)
            )?;
        }
        Ok(())
    }
}

/// The number of parts of the lineage that were not resolved.
pub(super) fn not_understood(count: usize) -> String {
    match count {
        1 => "1 part of the lineage could not be resolved".to_owned(),
        count => format!("{count} parts of the lineage could not be resolved"),
    }
}

fn columns(names: &[&str], out: &mut dyn Write) -> fmt::Result {
    let shown: Vec<String> = names.iter().take(MOST_COLUMNS).map(|name| safe(name)).collect();
    match names.len() {
        0 => Ok(()),
        count if count > MOST_COLUMNS => {
            write!(out, " ({}, and {} more)", shown.join(", "), count - MOST_COLUMNS)
        }
        _ => write!(out, " ({})", shown.join(", ")),
    }
}
