//! What the code declares and no run produced: never quietly short.

use std::collections::{BTreeMap, BTreeSet};

use belljar_discover::{ClassDecl, Discovery, TableDecl, Tablename};
use belljar_frames as frames;
use belljar_sandbox::Ending;
use belljar_schema::{Place, Reason, Table, Unresolved, View};

use super::{
    diagnostics::{ending_text, exception, hint},
    places::{self, Places},
    reasons::{DATABASE_HINT, Reasons},
};
use crate::{attempt::RunResult, collect::full_name};

/// Every declared class and table that is not among the tables and views, with the reason; and what the runs
/// report as unresolved.
pub(super) fn find(
    discovery: &Discovery,
    results: &[&RunResult],
    tables: &[Table],
    views: &[View],
    reasons: &Reasons,
) -> Vec<Unresolved> {
    let produced = Produced::new(discovery, results, tables, views);
    let classes = discovery.index.classes().iter().filter_map(|class| produced.class(class));
    let calls = discovery.index.tables().iter().filter_map(|call| produced.call(call));
    let reported = results.iter().flat_map(|result| &result.findings.unresolved).map(|frame| Unresolved {
        name: frame.name.clone(),
        class: None,
        place: places::place(frame.place.clone()),
        reason: reasons.reason(&frame.reason),
    });
    let mut found: Vec<_> = classes.chain(calls).chain(reported).collect();
    found.sort();
    found.dedup();
    found
}

/// What the runs produced, by what it can be looked up by: a repository may declare much, and a guest may send much.
struct Produced<'a> {
    /// Path and line of each table and view.
    places: BTreeSet<(&'a str, u32)>,
    /// Path and line of each call that made a table, also where a class has it as its own.
    calls: BTreeSet<(&'a str, u32)>,
    /// Path and name of each class that another, which is mapped, stands on.
    bases: BTreeSet<(String, &'a str)>,
    /// Path and name of each mapped class whose table was made, or that has none of its own.
    mapped: BTreeSet<(String, &'a str)>,
    /// The same of those whose table was gone when it was looked for.
    lost_table: BTreeSet<(String, &'a str)>,
    /// The same of each class that is not mapped and has no absent base: a mixin, whose name of a table is for others.
    mixins: BTreeSet<(String, &'a str)>,
    /// Name and schema of each table and view.
    names: BTreeSet<(&'a str, Option<&'a str>)>,
    /// The statements that were skipped, by path.
    skips: BTreeMap<&'a str, Skips<'a>>,
    /// The first of each path.
    failed: BTreeMap<&'a str, &'a frames::ModuleFailed>,
    /// Paths whose statements were not all run, because the run ended.
    ended: BTreeMap<&'a str, Reason>,
    /// Paths of the modules that ran.
    started: BTreeSet<&'a str>,
}

/// The statements of one file that were skipped.
#[derive(Default)]
struct Skips<'a> {
    /// Sorted by their first line.
    all: Vec<&'a frames::StatementSkipped>,
    /// The largest of the last lines of each and all before it.
    reach: Vec<u32>,
}

impl<'a> Skips<'a> {
    fn by_path(results: &[&'a RunResult]) -> BTreeMap<&'a str, Self> {
        let mut found: BTreeMap<&str, Self> = BTreeMap::new();
        for skip in results.iter().flat_map(|result| &result.findings.skipped) {
            found.entry(&skip.path).or_default().all.push(skip);
        }
        for skips in found.values_mut() {
            skips.all.sort_by_key(|skip| skip.line);
            let reach = |reach: &mut u32, skip: &&frames::StatementSkipped| {
                *reach = skip.end_line.max(*reach);
                Some(*reach)
            };
            skips.reach = skips.all.iter().scan(0, reach).collect();
        }
        found
    }

    /// The first that touches these lines.
    fn touching(&self, first: u32, last: u32) -> Option<&'a frames::StatementSkipped> {
        let position = self.reach.partition_point(|reach| *reach < first);
        self.all.get(position).copied().filter(|skip| skip.line <= last)
    }
}

impl<'a> Produced<'a> {
    fn new(
        discovery: &'a Discovery,
        results: &[&'a RunResult],
        tables: &'a [Table],
        views: &'a [View],
    ) -> Self {
        let (mut mapped, mut lost_table, mut mixins) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut calls, mut bases) = (BTreeSet::new(), BTreeSet::new());
        let (mut failed, mut started) = (BTreeMap::new(), BTreeSet::new());
        for result in results {
            let places = Places::new(&discovery.index, &result.findings);
            let key =
                |class: &'a frames::ClassRef| (places.path(&class.module).to_owned(), class.name.as_str());
            let tables: BTreeSet<String> = result.findings.tables.iter().map(full_name).collect();
            let views = result.findings.views.iter();
            let views: BTreeSet<&str> = views.map(|view| view.name.as_str()).collect();
            for class in &result.findings.classes {
                let has_table = class.tables.iter().any(|table| {
                    tables.contains(table) || views.contains(table.rsplit('.').next().unwrap_or_default())
                });
                let found = if has_table || !class.owns_table { &mut mapped } else { &mut lost_table };
                found.insert(key(&class.itself));
                bases.extend(class.lineage.iter().filter(|base| **base != class.itself).map(key));
            }
            let made = result.findings.tables.iter().filter_map(|table| table.place.as_ref());
            calls.extend(made.map(|place| (place.path.as_str(), place.line)));
            let plain = result.findings.plain.iter().filter(|plain| plain.lost_bases.is_empty());
            mixins.extend(plain.map(|plain| key(&plain.itself)));
            for item in &result.findings.failed {
                failed.entry(item.path.as_str()).or_insert(item);
            }
            started.extend(result.findings.started.iter().map(|module| module.path.as_str()));
        }
        let tables = tables.iter().map(|table| (&table.schema, &table.name, &table.place));
        let made: Vec<_> =
            tables.chain(views.iter().map(|view| (&view.schema, &view.name, &view.place))).collect();
        let names = made.iter().map(|(schema, name, _)| (name.as_str(), schema.as_deref())).collect();
        let places = made.into_iter().filter_map(|(.., place)| place.as_ref());
        let places = places.map(|place| (place.path.as_str(), place.line)).collect();
        let (skips, ended) = (Skips::by_path(results), ended(results));
        Self { places, calls, bases, mapped, lost_table, mixins, names, skips, failed, ended, started }
    }

    /// A class that declares a table and is not mapped.
    fn class(&self, class: &ClassDecl) -> Option<Unresolved> {
        let declares = class.tablename != Tablename::None
            || class.has_table
            || class.table_true
            || (!class.in_function && has_columns_below_a_base(class));
        let key = (class.path.clone(), class.qualname.as_str());
        // A class that is mapped to something else than a table of its own says so by `__table__`, or has no name for one.
        let is_lost_table = matches!(class.tablename, Tablename::Literal(_)) && !class.has_table;
        let made = self.mapped.contains(&key)
            || (self.lost_table.contains(&key) && !is_lost_table)
            || self.made_between(&class.path, class.line, class.end_line);
        // A function that is called for it made it, and a model stands on it.
        let is_base = class.in_function && self.bases.contains(&key);
        let is_mixin = self.mixins.contains(&key) && !must_be_mapped(class);
        if !declares || class.abstract_ || made || is_base || is_mixin {
            return None;
        }
        let name = match &class.tablename {
            Tablename::Literal(name) => name.clone(),
            Tablename::None if is_flask_model(class) => snake_case(&class.qualname),
            Tablename::Computed(_) | Tablename::None => class.qualname.clone(),
        };
        Some(Unresolved {
            name,
            class: Some(format!("{}:{}", class.module, class.qualname)),
            place: Place { path: class.path.clone(), line: class.line },
            reason: if self.lost_table.contains(&key) {
                let message = "it is mapped, and its table is gone".to_owned();
                reason("table-gone", message, "another module removes it; see the diagnostics")
            } else {
                self.reason(&class.path, class.line, class.end_line, class.in_function)
            },
        })
    }

    /// A `Table()` call that made nothing.
    fn call(&self, call: &TableDecl) -> Option<Unresolved> {
        let named = call.name.as_deref().is_some_and(|name| {
            // The schema may come from the `MetaData`, so a name without one fits every schema.
            match call.schema.as_deref() {
                Some(schema) => self.names.contains(&(name, Some(schema))),
                None => self.names.range((name, None)..).next().is_some_and(|(other, _)| *other == name),
            }
        });
        // In a loop that failed half-way some tables were made and others were not.
        let broken = call.name.is_none() && self.skip(&call.path, call.line, call.end_line).is_some();
        let own = (call.path.as_str(), call.line)..=(call.path.as_str(), call.end_line);
        let made =
            self.made_between(&call.path, call.line, call.end_line) || self.calls.range(own).next().is_some();
        if named || (!broken && made) {
            return None;
        }
        Some(Unresolved {
            name: call.name.clone().unwrap_or_else(|| "Table(…)".to_owned()),
            class: None,
            place: Place { path: call.path.clone(), line: call.line },
            reason: match self.reason(&call.path, call.line, call.end_line, call.in_function) {
                reason if call.reflected && reason.code == "in-function" => reflected(),
                reason if call.own_metadata => not_kept(reason),
                reason => reason,
            },
        })
    }

    fn made_between(&self, path: &str, first: u32, last: u32) -> bool {
        self.places.range((path, first)..=(path, last)).next().is_some()
    }

    /// A statement that was skipped and touches these lines.
    fn skip(&self, path: &str, first: u32, last: u32) -> Option<&'a frames::StatementSkipped> {
        self.skips.get(path)?.touching(first, last)
    }

    /// Why nothing came of what stands between two lines.
    fn reason(&self, path: &str, first: u32, last: u32, in_function: bool) -> Reason {
        if let Some(skip) = self.skip(path, first, last) {
            let message = format!("line {} failed: {}", skip.line, exception(&skip.error, &skip.message));
            return reason(
                "statement-skipped",
                message,
                "check that line: what it does at import cannot be done here",
            );
        }
        if let Some(failed) = self.failed.get(path) {
            let message =
                format!("its module could not be loaded: {}", exception(&failed.error, &failed.message));
            return reason("module-failed", message, "a module that loads is needed; see the diagnostics");
        }
        if in_function {
            let message = "it is made in a function that nothing calls at import".to_owned();
            return reason("in-function", message, "call the function where the module is imported");
        }
        if let Some(reason) = self.ended.get(path) {
            return reason.clone();
        }
        if self.started.contains(path) {
            let message = "its module ran, and the statement was not reached or made no table".to_owned();
            return reason(
                "not-reached",
                message,
                "it may stand behind a condition that depends on what is absent",
            );
        }
        let message = "its module was not imported".to_owned();
        reason("not-imported", message, "name the module with `--only`")
    }
}

/// Why nothing is known of a table that a function would read from a database: to call it would not help.
fn reflected() -> Reason {
    let message = "a function reads it from a database when it is called".to_owned();
    reason("needs-database", message, DATABASE_HINT)
}

/// Why there is no table of a call with a `MetaData` of its own, whether it was made or not: nothing else leads to it.
fn not_kept(known: Reason) -> Reason {
    let message = match known.code.as_str() {
        "in-function" => "it is made in a function, in a `MetaData` of its own, which nothing keeps",
        "not-reached" => "it is made in a `MetaData` of its own, which nothing keeps",
        _ => return known,
    };
    let hint = "if it is part of the schema, give it the `MetaData` of the other tables";
    reason("not-kept", message.to_owned(), hint)
}

/// Whether nothing but what interferes keeps a class from being mapped: it names its table, and leads to a declarative
/// base. What a run reports about it does not count.
fn must_be_mapped(class: &ClassDecl) -> bool {
    class.declarative && (class.table_true || matches!(class.tablename, Tablename::Literal(_)))
}

/// A class with columns and a base: a table if its base makes it one. Whether it does is known where all bases are
/// there, and then it is mapped, or a mixin.
fn has_columns_below_a_base(class: &ClassDecl) -> bool {
    !class.bases.is_empty() && class.attributes.iter().any(|attribute| attribute.looks_like_column)
}

/// Whether its table is named after the class as Flask-SQLAlchemy does it: a base called `Model` of some object.
fn is_flask_model(class: &ClassDecl) -> bool {
    class.bases.iter().any(|base| base.ends_with(".Model"))
}

/// Converts camel case to snake case: `CamelCase` becomes `camel_case`.
fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (position, character) in characters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(position + 1);
        let starts = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
            || (before.is_some() && after.is_some_and(|after| after.is_lowercase()));
        if character.is_uppercase() && starts {
            out.push('_');
        }
        out.extend(character.to_lowercase());
    }
    out
}

/// Why a file's statements were not all run, where that is because the run ended.
fn ended<'a>(results: &[&'a RunResult]) -> BTreeMap<&'a str, Reason> {
    let mut found = BTreeMap::new();
    for result in results.iter().filter(|result| result.outcome.ending != Ending::Finished) {
        let (ending, findings) = (&result.outcome.ending, &result.findings);
        let reason = |when: &str| {
            reason("run-ended", format!("the run ended {when}: {}", ending_text(ending)), hint(ending))
        };
        let mut started = BTreeSet::new();
        for module in &findings.started {
            if started.insert(module.path.as_str()) {
                // Tables leave after the module that made them has run.
                let is_loaded = findings.loaded.contains(&module.name);
                let when = if is_loaded { "before what it made was sent" } else { "while its module ran" };
                found.entry(module.path.as_str()).or_insert_with(|| reason(when));
            }
        }
        let waiting = result.run.targets.iter().map(|target| target.path.as_str());
        for path in waiting.filter(|path| !started.contains(path)) {
            found.entry(path).or_insert_with(|| reason("before its module ran"));
        }
    }
    found
}

fn reason(code: &str, message: String, hint: &str) -> Reason {
    Reason { code: code.to_owned(), message, hint: Some(hint.to_owned()), package: None }
}

#[cfg(test)]
mod tests {
    use belljar_frames::StatementSkipped;

    use super::{Skips, snake_case};

    #[test]
    fn the_first_skip_that_touches_a_statement() {
        let skip = |line, end_line| StatementSkipped {
            line,
            end_line,
            module: String::new(),
            path: String::new(),
            names: vec![],
            error: String::new(),
            message: String::new(),
        };
        let all = [skip(3, 4), skip(10, 10), skip(20, 40), skip(25, 26), skip(50, 60)];
        let skips = Skips { all: all.iter().collect(), reach: vec![4, 10, 40, 40, 60] };
        let touching = |first, last| skips.touching(first, last).map(|skip| skip.line);
        let cases =
            [((1, 2), None), ((1, 3), Some(3)), ((4, 99), Some(3)), ((5, 9), None), ((10, 10), Some(10))];
        for ((first, last), expected) in cases {
            assert_eq!(touching(first, last), expected, "{first}-{last}");
        }
        assert_eq!((touching(30, 35), touching(41, 49), touching(55, 55)), (Some(20), None, Some(50)));
        assert_eq!(touching(61, 70), None);
    }

    #[test]
    fn names_as_flask_sqlalchemy_makes_them() {
        let cases =
            [("User", "user"), ("APIKey", "api_key"), ("CamelCase", "camel_case"), ("Http2Log", "http2_log")];
        for (class, table) in cases {
            assert_eq!(snake_case(class), table);
        }
    }
}
