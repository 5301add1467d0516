use std::{collections::BTreeMap, fmt};

use belljar_lineage::budget::{Budget, decoded_size};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, SeqAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use super::{Action, DocumentedColumn, Graph, Kind, Target};
use crate::{FileDiagnostics, Reading, excerpt};

/// The maximum size of a file, in bytes.
pub const LARGEST: usize = 256 << 20;

/// The hint for a graph that is too large.
const SPLIT: &str = "compile a part of the project";

/// The lists of a graph, with the kind of entries that do not state theirs.
const LISTS: &[(&str, Kind)] = &[
    ("tables", Kind::Table),
    ("incrementalTables", Kind::Incremental),
    ("views", Kind::View),
    ("assertions", Kind::Assertion),
    ("operations", Kind::Operation),
    ("declarations", Kind::Declaration),
    ("dataPreparations", Kind::Other),
    ("notebooks", Kind::Other),
];

type Object = Map<String, Value>;

/// Reads a compiled graph; `path` is used in diagnostics.
pub fn parse_graph(bytes: &[u8], path: &str) -> Reading<Graph> {
    let mut diagnostics = FileDiagnostics::new(path);
    let graph = graph(bytes, &mut diagnostics).unwrap_or_default();
    diagnostics.with(graph)
}

fn graph(bytes: &[u8], diagnostics: &mut FileDiagnostics<'_>) -> Option<Graph> {
    const HINT: &str = "generate it again with `dataform compile --json`";
    if bytes.len() > LARGEST {
        let message = format!("it has {} bytes; the limit is {LARGEST}", bytes.len());
        diagnostics.error("graph-too-large", 0, message, SPLIT);
        return None;
    }
    // Parts are parsed one by one, each with the depth limit of serde_json, 128.
    let root: BTreeMap<String, &RawValue> = match serde_json::from_slice(bytes) {
        Ok(root) => root,
        Err(error) if error.is_data() => {
            diagnostics.error("graph-not-compiled", 0, "it is JSON, but not a compiled graph", HINT);
            return None;
        }
        Err(error) => {
            let line = u32::try_from(error.line()).unwrap_or(0);
            diagnostics.error("graph-not-json", line, format!("it is not JSON: {error}"), HINT);
            return None;
        }
    };
    let known = LISTS.iter().any(|(name, _)| root.contains_key(*name)) || root.contains_key("projectConfig");
    if !known {
        let message =
            "it has neither `projectConfig` nor any of `tables`, `operations`, `assertions`, `declarations`";
        diagnostics.error("graph-not-compiled", 0, message, HINT);
        return None;
    }
    let mut budget = Budget::for_size(bytes.len());
    let config = root.get("projectConfig").and_then(|raw| value("/projectConfig", raw, &budget, diagnostics));
    let config = config.as_ref().and_then(Value::as_object);
    let setting = |name: &str| config.and_then(|config| text(config, name));
    let core_version = root.get("dataformCoreVersion").and_then(|raw| serde_json::from_str(raw.get()).ok());
    let mut graph = Graph {
        core_version,
        warehouse: setting("warehouse"),
        database: setting("defaultDatabase").or_else(|| setting("defaultProject")),
        schema: setting("defaultSchema").or_else(|| setting("defaultDataset")),
        actions: Vec::new(),
    };
    for (name, kind) in LISTS {
        let Some(raw) = root.get(*name).filter(|raw| raw.get() != "null") else { continue };
        let list = Items { name, kind: *kind, actions: &mut graph.actions, budget: &mut budget, diagnostics };
        match list.deserialize(*raw) {
            Ok(()) => {}
            Err(_) if !raw.get().starts_with('[') => {
                diagnostics.error("graph-malformed", 0, format!("`/{name}` must be a list"), HINT);
            }
            Err(error) => diagnostics.error("graph-too-large", 0, format!("`/{name}`: {error}"), SPLIT),
        }
    }
    if let Some(errors) =
        root.get("graphErrors").and_then(|raw| value("/graphErrors", raw, &budget, diagnostics))
    {
        compilation_errors(&errors, diagnostics);
    }
    Some(graph)
}

/// A part of a graph, if the size of its tree is in proportion to the file.
fn value(
    pointer: &str,
    raw: &RawValue,
    budget: &Budget,
    diagnostics: &mut FileDiagnostics<'_>,
) -> Option<Value> {
    if !budget.has(decoded_size(raw.get())) {
        let message = format!("`{pointer}` has more entries and values than allowed for a file of its size");
        diagnostics.error("graph-too-large", 0, message, SPLIT);
        return None;
    }
    match serde_json::from_str(raw.get()) {
        Ok(value) => Some(value),
        Err(error) => {
            let message = format!("`{pointer}` can't be read: {error}");
            diagnostics.error("graph-malformed", 0, message, "");
            None
        }
    }
}

/// The actions of a list, which is read item by item.
struct Items<'l, 's> {
    name: &'static str,
    kind: Kind,
    actions: &'l mut Vec<Action>,
    budget: &'l mut Budget,
    diagnostics: &'l mut FileDiagnostics<'s>,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut at = 0_usize;
        while let Some(raw) = items.next_element::<&RawValue>()? {
            let pointer = format!("/{}/{at}", self.name);
            // A growing list is in memory twice, and the tree of an action only while it is read.
            if !self.budget.take(2 * (size_of::<Action>() + raw.get().len())) {
                return Err(A::Error::custom("it has more actions than allowed for a file of its size"));
            }
            let item = value(&pointer, raw, self.budget, self.diagnostics);
            self.actions.extend(item.and_then(|item| action(&item, self.kind, &pointer, self.diagnostics)));
            at += 1;
        }
        Ok(())
    }
}

/// Actions that failed to compile are missing in the graph, which would otherwise go unnoticed.
fn compilation_errors(errors: &Value, diagnostics: &mut FileDiagnostics<'_>) {
    let errors = errors.get("compilationErrors");
    for error in errors.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
        let what = text(error, "actionName").or_else(|| text(error, "fileName")).unwrap_or_default();
        let why = text(error, "message").unwrap_or_default();
        let message = format!("`{}` did not compile: {}", excerpt(&what), excerpt(&why));
        diagnostics.warning("graph-compilation-error", 0, message, "fix the project, and compile it again");
    }
}

fn action(item: &Value, kind: Kind, pointer: &str, diagnostics: &mut FileDiagnostics<'_>) -> Option<Action> {
    let Some(action) = item.as_object() else {
        diagnostics.error("graph-malformed", 0, format!("`{pointer}` must be an object"), "");
        return None;
    };
    let named = || text(action, "name").map(|name| target_of_name(&name));
    let Some(target) = action.get("target").and_then(target).or_else(named) else {
        diagnostics.error("graph-malformed", 0, format!("`{pointer}` has no target, so it has no name"), "");
        return None;
    };
    let descriptor = action.get("actionDescriptor").and_then(Value::as_object);
    let queries = match action.get("query") {
        Some(Value::String(query)) => vec![query.clone()],
        _ => strings(action, "queries"),
    };
    let operations = ["preOps", "postOps", "incrementalPreOps", "incrementalPostOps"];
    let operations = operations.into_iter().flat_map(|name| strings(action, name)).collect();
    Some(Action {
        kind: kind_of(action, kind),
        target,
        canonical: action.get("canonicalTarget").and_then(self::target),
        queries,
        incremental_query: text(action, "incrementalQuery"),
        operations,
        dependencies: dependencies(action),
        columns: descriptor.map(columns).unwrap_or_default(),
        tags: strings(action, "tags"),
        description: descriptor.and_then(|descriptor| text(descriptor, "description")),
        disabled: flag(action, "disabled"),
        has_output: flag(action, "hasOutput"),
        parent: action.get("parentAction").and_then(self::target),
        place: action_place(action, diagnostics),
    })
}

fn action_place(action: &Object, diagnostics: &FileDiagnostics<'_>) -> belljar_schema::Place {
    let mut place = diagnostics.place(0);
    if let Some(path) = text(action, "fileName") {
        place.path = path;
    }
    place
}

fn kind_of(action: &Object, kind: Kind) -> Kind {
    if kind != Kind::Table {
        return kind;
    }
    let kind_name = text(action, "enumType").or_else(|| text(action, "type")).unwrap_or_default();
    match kind_name.to_ascii_lowercase().as_str() {
        "view" => Kind::View,
        "incremental" => Kind::Incremental,
        "inline" => Kind::Inline,
        _ => Kind::Table,
    }
}

/// Releases before 2 list dependencies by name, later ones as targets.
fn dependencies(action: &Object) -> Vec<Target> {
    let targets = action.get("dependencyTargets").and_then(Value::as_array);
    let found: Vec<Target> = targets.into_iter().flatten().filter_map(target).collect();
    if found.is_empty() {
        strings(action, "dependencies").iter().map(|name| target_of_name(name)).collect()
    } else {
        found
    }
}

fn columns(descriptor: &Object) -> Vec<DocumentedColumn> {
    let columns = descriptor.get("columns").and_then(Value::as_array).into_iter().flatten();
    let read = |column: &Object| {
        let path = strings(column, "path");
        let named = || text(column, "name").into_iter().collect();
        DocumentedColumn {
            path: if path.is_empty() { named() } else { path },
            description: text(column, "description"),
            tags: strings(column, "tags"),
        }
    };
    columns.filter_map(Value::as_object).map(read).filter(|column| !column.path.is_empty()).collect()
}

fn target(value: &Value) -> Option<Target> {
    let target = value.as_object()?;
    let name = text(target, "name").filter(|name| !name.is_empty())?;
    let part = |name| text(target, name).filter(|part| !part.is_empty());
    Some(Target { database: part("database"), schema: part("schema"), name })
}

/// Parses `database.schema.name`, the older form of names of actions.
fn target_of_name(name: &str) -> Target {
    let mut parts = name.rsplitn(3, '.').map(str::to_owned);
    let (name, schema, database) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    Target { database, schema, name }
}

fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn strings(object: &Object, name: &str) -> Vec<String> {
    let items = object.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn flag(object: &Object, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool).unwrap_or(false)
}
