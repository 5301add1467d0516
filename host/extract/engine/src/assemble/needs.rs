//! Which packages would make more of the schema exact.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::{Need, Reason, Table, Unresolved, project_name};

/// What each package had a part in, most tables first; `projects` are the project's own requirements.
pub(super) fn find(
    tables: &[Table],
    unresolved: &[Unresolved],
    projects: &BTreeMap<String, String>,
) -> Vec<Need> {
    let mut counts = Counts::default();
    for table in tables {
        let mut touched = packages(&table.reasons);
        for column in &table.columns {
            let of_column = packages(&column.reasons);
            for name in &of_column {
                counts.count_mut(name).columns += 1;
            }
            touched.extend(of_column);
        }
        for name in touched {
            counts.count_mut(name).tables += 1;
        }
    }
    for item in unresolved {
        item.reason.package.iter().for_each(|name| counts.count_mut(name).unresolved += 1);
    }
    let need = |(import, count): (&str, Count)| Need {
        import: import.to_owned(),
        requirement: projects.get(&project_name(import)).cloned(),
        tables: count.tables,
        columns: count.columns,
        unresolved: count.unresolved,
    };
    let mut found: Vec<_> = counts.0.into_iter().map(need).collect();
    // Stable: of those with as many tables, by name.
    found.sort_by_key(|need| std::cmp::Reverse(need.tables));
    found
}

#[derive(Default)]
struct Counts<'a>(BTreeMap<&'a str, Count>);

#[derive(Default)]
struct Count {
    tables: usize,
    columns: usize,
    unresolved: usize,
}

impl<'a> Counts<'a> {
    fn count_mut(&mut self, name: &'a str) -> &mut Count {
        self.0.entry(name).or_default()
    }
}

fn packages(reasons: &[Reason]) -> BTreeSet<&str> {
    reasons.iter().filter_map(|reason| reason.package.as_deref()).collect()
}
