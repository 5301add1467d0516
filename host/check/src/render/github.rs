use std::fmt::Write as _;

use belljar_diff::render::safe;
use belljar_rules::Severity;
use belljar_schema::{Place, Severity as Matter};

use super::{doubt, said, whole};
use crate::Verdict;

/// Workflow commands of GitHub Actions, which become annotations: the gravest first, as only the first ten of each level of
/// a step are shown. See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub fn github(verdict: &Verdict) -> String {
    let mut out = String::new();
    for problem in &verdict.problems {
        let level = match problem.severity {
            Matter::Error => "error",
            Matter::Warning => "warning",
            Matter::Note => "notice",
        };
        command(&mut out, level, (problem.place.as_ref(), None), &problem.code, &said(problem));
    }
    for item in &verdict.findings {
        let level = match item.finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let title = format!("{} {}", item.finding.code, item.finding.name);
        let place = (item.spot.place.as_ref(), item.spot.columns);
        command(&mut out, level, place, &title, &whole(item, verdict));
    }
    for one in &verdict.doubts {
        command(&mut out, "notice", (one.place.as_ref(), None), "not known for sure", &doubt(one));
    }
    out
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
    properties.push(format!("title={}", property(title)));
    // Writing to a string does not fail.
    let _ = writeln!(out, "::{level} {}::{}", properties.join(","), data(message));
}

/// What may stand behind `::`.
fn data(text: &str) -> String {
    safe(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What may stand as the value of a property.
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
