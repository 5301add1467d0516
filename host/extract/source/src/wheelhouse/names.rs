//! Parses the names of wheels and of metadata folders.

use std::str::FromStr;

use belljar_schema::project_name;
use pep440_rs::Version;

/// The parts of a wheel's file name: `{project}-{version}(-{build})?-{python}-{abi}-{platform}.whl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WheelName {
    pub(super) file: String,
    /// The normalised name of the project.
    pub(super) project: String,
    pub(super) version: Version,
    /// Whether it is for Python 3.
    pub(super) python3: bool,
    /// Whether it is for any platform, and so without compiled code.
    pub(super) anywhere: bool,
}

impl WheelName {
    pub(super) fn parse(file: &str) -> Option<Self> {
        let stem = file.strip_suffix(".whl")?;
        let parts: Vec<&str> = stem.split('-').collect();
        let ([project, version, python, _, platform] | [project, version, _, python, _, platform]) =
            parts.as_slice()
        else {
            return None;
        };
        Some(Self {
            file: file.to_owned(),
            project: Some(project_name(project)).filter(|name| !name.is_empty())?,
            version: version_of(version)?,
            python3: python.split('.').any(|tag| tag.get(2..3) == Some("3")),
            anywhere: *platform == "any",
        })
    }

    /// Whether it is the name of a wheel of this package.
    pub(super) fn is_of(&self, package: &Package) -> bool {
        project_name(&package.name) == self.project
            && version_of(&package.version).as_ref() == Some(&self.version)
    }
}

/// A version as in file names: without dashes, which separate their parts.
fn version_of(text: &str) -> Option<Version> {
    Version::from_str(&text.replace('_', "-")).ok()
}

/// A distribution in a wheelhouse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Its name as in its metadata.
    pub name: String,
    /// The version, as in the name of the wheel or folder.
    pub version: String,
}

impl Package {
    /// Parses the name of a folder such as `name-version.dist-info`.
    pub(super) fn of_folder(name: &str) -> Option<Self> {
        let (name, version) = name.strip_suffix(".dist-info")?.split_once('-')?;
        Some(Self { name: name.to_owned(), version: version.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_wheels() {
        let found = WheelName::parse("Flask_Foo-1.2.post1-py2.py3-none-any.whl").unwrap();
        assert_eq!((found.project.as_str(), found.python3, found.anywhere), ("flask-foo", true, true));
        assert_eq!(found.version, Version::from_str("1.2.post1").unwrap());
        let compiled = WheelName::parse("a-1.0-2build-cp312-cp312-manylinux_2_17_x86_64.whl").unwrap();
        assert!(compiled.python3 && !compiled.anywhere);
        assert!(!WheelName::parse("a-1.0-py2-none-any.whl").unwrap().python3);
        for wrong in
            ["a.whl", "a-1.0.whl", "a-one-py3-none-any.whl", "a-1.0-py3-none-any.zip", "-1-py3-none-any.whl"]
        {
            assert_eq!(WheelName::parse(wrong), None, "{wrong}");
        }
    }
}
