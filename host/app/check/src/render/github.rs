use std::fmt::Write as _;

use belljar_schema::{Diagnostic, Place, Severity};
use belljar_text::{brief, safe};

use super::{
    bounds::{NAME, more},
    doubt, full_message, problem_text, undetermined_version,
};
use crate::{JudgedVersions, Verdict};

/// Annotations of one level. GitHub shows the first ten of each level of a step.
const MOST: usize = 100;

/// Problems that come before the findings; the author of a change can cause many.
const FIRST_PROBLEMS: usize = 5;

/// Workflow commands of GitHub Actions, which become annotations: the most severe first. See
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub fn github(verdict: &Verdict) -> String {
    let mut out = Annotations::default();
    let (first, rest) = verdict.problems.split_at(verdict.problems.len().min(FIRST_PROBLEMS));
    let problem = |out: &mut Annotations, problem: &Diagnostic| {
        let level = Level::of(problem.severity);
        out.add(level, (problem.place.as_ref(), None), &problem.code, &problem_text(problem));
    };
    for one in first {
        problem(&mut out, one);
    }
    for item in &verdict.findings {
        let level = Level::of(item.finding.severity);
        let title = format!("{} {}", item.finding.code, item.finding.name);
        out.add(level, (item.spot.place.as_ref(), item.spot.columns), &title, &full_message(item, verdict));
    }
    for one in rest {
        problem(&mut out, one);
    }
    for one in verdict.new_doubts() {
        out.add(Level::Notice, (one.place.as_ref(), None), "uncertain", &doubt(one));
    }
    for one in verdict.migrations.iter().flat_map(JudgedVersions::undetermined) {
        out.add(Level::Notice, (one.place.as_ref(), None), "judged only in part", &undetermined_version(one));
    }
    out.into_text()
}

/// The level of an annotation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    /// The level of a severity.
    pub(crate) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Notice,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Annotations, of which there are at most so many of each level.
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    text: String,
    /// The number of annotations of each level.
    counts: [usize; 3],
    left_out: usize,
}

impl Annotations {
    pub(crate) fn add(
        &mut self,
        level: Level,
        at: (Option<&Place>, Option<(u32, u32)>),
        title: &str,
        message: &str,
    ) {
        let [errors, warnings, notices] = &mut self.counts;
        let count = match level {
            Level::Error => errors,
            Level::Warning => warnings,
            Level::Notice => notices,
        };
        if *count == MOST {
            self.left_out += 1;
        } else {
            *count += 1;
            command(&mut self.text, level.text(), at, title, message);
        }
    }

    pub(crate) fn into_text(mut self) -> String {
        if let Some(more) = more(self.left_out) {
            command(&mut self.text, "notice", (None, None), "left out", &more);
        }
        self.text
    }
}

fn command(
    out: &mut String,
    level: &str,
    (place, columns): (Option<&Place>, Option<(u32, u32)>),
    title: &str,
    message: &str,
) {
    let mut properties = Vec::new();
    if let Some(place) = place {
        properties.push(format!("file={}", property(&place.path)));
        // An annotation of a whole file stands at its first line.
        properties.push(format!("line={}", place.line.max(1)));
    }
    if let Some((first, last)) = columns {
        properties.push(format!("col={first},endColumn={last}"));
    }
    properties.push(format!("title={}", property(&brief(title, NAME))));
    // Writing to a string does not fail.
    let _ = writeln!(out, "::{level} {}::{}", properties.join(","), data(message));
}

/// Escapes text for the message of a command, after `::`.
fn data(text: &str) -> String {
    safe(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes text for the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_end_its_command() {
        let mut out = String::new();
        let place = Place { path: "a,line=3:b%0A\n::c.py".to_owned(), line: 0 };
        command(&mut out, "error", (Some(&place), None), "x::y", "50%\r\n::set-output name=a::b");
        assert_eq!(
            out,
            "::error file=a%2Cline=3%3Ab%250A\\u{a}%3A%3Ac.py,line=1,title=x%3A%3Ay::50%25\\u{d}\\u{a}::set-output \
             name=a::b\n"
        );
    }
}
