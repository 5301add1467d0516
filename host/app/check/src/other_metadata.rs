//! Tables that the head declares in another `MetaData` than the base. No database would hold anything else, so no
//! schema changes reports it. But tools that generate migrations compare a database with the `MetaData` that they are
//! given, and drop the tables it no longer holds.

use std::collections::{BTreeMap, BTreeSet};

use belljar_diff::Diff;
use belljar_rules::{ReviewFinding, Severity, within_quotes};
use belljar_schema::{Document, Table};
use belljar_tree::Tree;

use crate::{
    Input,
    obscured::{Name, by_name},
};

/// One finding for every table that moved.
pub(crate) fn findings(input: &Input<'_>, base: &Document, diff: &Diff) -> Vec<ReviewFinding> {
    if input.base.is_err() {
        return Vec::new();
    }
    let (before, after) = (only_ones(base), only_ones(input.head));
    let labels: BTreeSet<&str> = input.head.tables.iter().map(|table| table.metadata.as_str()).collect();
    let moved = before.iter().filter_map(|(name, old)| {
        let new = after.get(name)?;
        let own = diff.metadata.get(&old.metadata).unwrap_or(&old.metadata);
        let is_another = *own != new.metadata && labels.contains(own.as_str());
        // All of its tables may have moved, so that the two were paired under different names.
        let is_left = || {
            *own != old.metadata
                && !is_one(&old.metadata, &new.metadata)
                && input.tree.is_some_and(|tree| is_made(tree, &old.metadata))
        };
        (is_another || is_left()).then(|| finding(old, new))
    });
    moved.collect()
}

/// The tables of a document without a namesake.
fn only_ones(document: &Document) -> BTreeMap<Name<'_>, &Table> {
    let alone = |(name, tables): (_, Vec<_>)| if let [one] = tables[..] { Some((name, one)) } else { None };
    by_name(document).into_iter().filter_map(alone).collect()
}

/// Whether two labels name one object, whose module is found from another directory: `shop.models:Base.metadata` and
/// `models:Base.metadata`.
fn is_one(label: &str, other: &str) -> bool {
    let (Some((module, name)), Some((other, same))) = (label.split_once(':'), other.split_once(':')) else {
        return false;
    };
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    name == same && (ends(module, other) || ends(other, module))
}

/// Whether a file of the head still creates the object that a label such as `shop.base:Base.metadata` begins with,
/// other than by assigning the value of another name.
fn is_made(head: &Tree, label: &str) -> bool {
    let Some((module, name)) = label.split_once(':') else { return false };
    let name = name.split(['.', '[']).next().unwrap_or_default();
    let module = module.replace('.', "/");
    let paths = [format!("{module}.py"), format!("{module}/__init__.py")];
    let is_it = |path: &str| {
        paths.iter().any(|own| {
            path.strip_suffix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        })
    };
    let files = head.files().map(|(path, _)| path).filter(|path| is_it(path));
    files.filter_map(|path| head.read(path).ok()).any(|bytes| makes(&String::from_utf8_lossy(&bytes), name))
}

/// Whether a text has `class NAME`, or `NAME = …` with a call.
fn makes(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let after = |prefix: &str| {
            let rest = line.strip_prefix(prefix)?.strip_prefix(name)?;
            rest.starts_with(|one: char| !one.is_alphanumeric() && one != '_').then_some(rest)
        };
        after("class ").is_some()
            || after("").is_some_and(|rest| {
                let value = rest.split_once('=').map_or("", |(_, value)| value);
                !value.starts_with('=') && value.contains('(')
            })
    })
}

fn finding(old: &Table, new: &Table) -> ReviewFinding {
    let subject = new.full_name();
    let message = format!(
        "table `{}` moves from `{}` to `{}`: migrations that are generated from the first drop it",
        within_quotes(&subject),
        within_quotes(&old.metadata),
        within_quotes(&new.metadata),
    );
    ReviewFinding {
        code: "BJ015",
        severity: Severity::Error,
        subject,
        part: None,
        message,
        place: new.place.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_object() {
        assert!(is_one("shop.models:Base.metadata", "models:Base.metadata"));
        assert!(is_one("models:Base.metadata", "shop.models:Base.metadata"));
        for other in
            ["shop.others:Base.metadata", "shop.models:Other.metadata", "smodels:Base.metadata", "metadata"]
        {
            assert!(!is_one("shop.models:Base.metadata", other), "{other}");
        }
    }

    #[test]
    fn what_makes_a_name() {
        for text in [
            "class Base(DeclarativeBase):\n    pass\n",
            "import x\nBase = declarative_base()\n",
            "Base: Any = declarative_base(\n)\n",
            "class Base:\n",
        ] {
            assert!(makes(text, "Base"), "{text}");
        }
        for text in [
            "Base = Model\n",
            "class BaseModel(X):\n",
            "# Base = f()\n",
            "Base == f()\n",
            "from a import Base\n",
        ] {
            assert!(!makes(text, "Base"), "{text}");
        }
        let tree = Tree::in_memory([("src/shop/base.py", "Base = declarative_base()\n")]);
        assert!(is_made(&tree, "shop.base:Base.metadata"));
        for label in
            ["shop.other:Base.metadata", "base2:Base.metadata", "shop.base:Other.metadata", "metadata"]
        {
            assert!(!is_made(&tree, label), "{label}");
        }
    }
}
