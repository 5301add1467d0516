//! Numbers of pull requests in messages of commits. They are what an author wrote, and nothing confirms them.

/// The longest number of digits that is taken for a number.
const MOST_DIGITS: usize = 12;

/// The pull request or merge request of a commit: `#123` as GitHub and Bitbucket write it into the subject of a merge or of
/// a squashed commit, `!123` as GitLab writes it into the last lines of the message.
pub fn pull_request(subject: &str, reference: Option<&str>) -> Option<String> {
    let merged = ["Merge pull request #", "Merged in pull request #", "Pull request #"];
    let of_merge = merged.iter().find_map(|start| number(subject.strip_prefix(start)?));
    let squashed = || {
        let (_, last) = subject.trim_end().strip_suffix(')')?.rsplit_once("(#")?;
        number(last).filter(|digits| digits.len() == last.len())
    };
    if let Some(digits) = of_merge.or_else(squashed) {
        return Some(format!("#{digits}"));
    }
    let (_, last) = reference?.strip_prefix("See merge request ")?.rsplit_once('!')?;
    number(last).map(|digits| format!("!{digits}"))
}

/// The digits at the start of a text.
fn number(text: &str) -> Option<&str> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).filter(|digits| (1..=MOST_DIGITS).contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use super::pull_request;

    #[test]
    fn what_services_write() {
        for (subject, reference, expected) in [
            ("Add a name (#123)", None, Some("#123")),
            ("Add (#1) and (#22) ", None, Some("#22")),
            ("Merge pull request #7 from a/b", None, Some("#7")),
            ("Merge branch 'a' into 'main'", Some("See merge request group/project!12"), Some("!12")),
            ("Merge branch 'a' into 'main'", Some("See merge request !3"), Some("!3")),
            ("Add a name", None, None),
            ("Fix #123", None, None),
            ("Add (#12x)", None, None),
            ("Add (#)", None, None),
            ("Add (#1234567890123)", None, None),
            ("Merge pull request #x", None, None),
            ("a", Some("See merge request group/project"), None),
        ] {
            assert_eq!(pull_request(subject, reference).as_deref(), expected, "{subject}");
        }
    }
}
