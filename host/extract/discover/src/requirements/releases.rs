use std::str::FromStr;

use pep440_rs::Version;

use super::specifier::{Constraint, constraint};

/// The SQLAlchemy that the releases allowed by a requirement need, if none of them works with this version of it or
/// another of its generation; of several, that of the newest.
pub(super) fn refused<'a>(requirement: &str, asks: &[(&str, &'a str)], sqlalchemy: &str) -> Option<&'a str> {
    let (wanted, sqlalchemy) = (constraint(requirement), Version::from_str(sqlalchemy).ok()?);
    let [major, minor] = [0, 1].map(|position| sqlalchemy.release().get(position).copied().unwrap_or(0));
    let mut newest = None;
    for (position, (from, specifiers)) in asks.iter().enumerate().rev() {
        let until = asks.get(position + 1).map(|(from, _)| *from);
        if !admits_any(&wanted, from, until) {
            continue;
        }
        if Constraint::pep440(specifiers).admits_generation(major, minor) {
            return None;
        }
        newest = newest.or(Some(*specifiers));
    }
    newest
}

/// Whether a constraint allows a release from one version on, before another.
fn admits_any(wanted: &Constraint, from: &str, until: Option<&str>) -> bool {
    let Ok(from) = Version::from_str(from) else { return false };
    let until = until.and_then(|until| Version::from_str(until).ok());
    let is_within =
        |version: &Version| *version >= from && until.as_ref().is_none_or(|until| version < until);
    let mut some = wanted.named().filter(is_within).chain([from.clone()]);
    some.any(|version| wanted.admits(&version))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKS: &[(&str, &str)] =
        &[("0.0.1", ">=1.4.17,<=1.4.41"), ("0.0.12", ">=2.0.0,<2.1.0"), ("0.0.48", "<2.2.0,>=2.0.14")];

    #[test]
    fn of_the_releases_that_a_requirement_admits() {
        let cases = [
            ("x", "2.1.9", None),
            ("x==0.0.22", "2.1.9", Some(">=2.0.0,<2.1.0")),
            ("x==0.0.22", "2.0.58", None),
            ("x==0.0.22", "1.4.54", Some(">=2.0.0,<2.1.0")),
            // Of that generation, although not that release.
            ("x==0.0.8", "1.4.54", None),
            ("x>=0.0.20", "2.1.9", None),
            ("x>=0.0.60", "2.1.9", None),
            ("x>0.0.20,<0.0.40", "2.1.9", Some(">=2.0.0,<2.1.0")),
            ("x<0.0.30", "2.1.9", Some(">=2.0.0,<2.1.0")),
            ("x<0.0.30", "1.4.54", None),
            ("x~=0.0.40", "2.1.9", None),
            ("x = \"^0.0.22\"", "2.1.9", Some(">=2.0.0,<2.1.0")),
            ("x!=0.0.48", "2.1.9", None),
            ("x @ git+https://example.com/x", "2.1.9", None),
        ];
        for (requirement, sqlalchemy, expected) in cases {
            assert_eq!(refused(requirement, ASKS, sqlalchemy), expected, "{requirement} {sqlalchemy}");
        }
    }

    #[test]
    fn one_that_asks_for_nothing_goes_with_every_version() {
        assert_eq!(refused("x", &[("0", "")], "1.3.24"), None);
    }
}
