use belljar_contract::Family;
use belljar_diff::{Action, Aspect, Change, Path, Subject, Value};
use belljar_lineage::{
    graph::{Graph, Point},
    table_id,
};

/// The effect of a change on a column or a table, wherever its values are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// The whole dataset was dropped.
    TableGone,
    /// The column was dropped.
    ColumnGone,
    /// The replicated table stays, but receives no new rows.
    Stale,
    /// The replicated column stays, but new rows have NULL in it.
    Emptied,
    /// The query that computes it fails.
    Broken,
    /// The type changes to another family.
    OtherFamily,
    /// The type changes within its family.
    SameFamily,
    /// A column may contain `NULL`, which it could not before.
    Nullable,
    /// It becomes NOT NULL.
    Required,
    /// New rows get another default.
    Default,
    /// The values of its enumeration change.
    Values,
    /// Values are computed in another way.
    Computed,
    /// A column was added.
    ColumnAdded,
    /// The set of rows changes: a value that filters them changes.
    Rows,
}

/// The points of the base's graph that a change affects, and the effect. `None` if no reader can see it: indexes,
/// comments, the order of columns, classes.
pub(crate) fn find_effect(change: &Change, graph: &Graph, application: &str) -> Option<(Vec<Point>, Effect)> {
    let path = change.was.as_ref().unwrap_or(&change.path);
    let effect = effect(change)?;
    let starts = match change.subject {
        Subject::EnumValue | Subject::Type => return Some((columns_of_type(path, graph), effect)),
        _ if effect == Effect::ColumnAdded || path.part.is_none() => {
            vec![Point::whole(dataset(path, graph, application)?)]
        }
        _ => {
            let dataset = dataset(path, graph, application)?;
            // A change beside a rename has the name of the head.
            let names = [path.part.as_deref(), change.path.part.as_deref()];
            let found = names.into_iter().flatten().find_map(|name| graph.find_column(dataset, name));
            vec![found?]
        }
    };
    Some((starts, effect))
}

fn dataset(path: &Path, graph: &Graph, application: &str) -> Option<belljar_lineage::graph::DatasetId> {
    graph.find(&table_id(application, path.schema.as_deref(), &path.name))
}

fn effect(change: &Change) -> Option<Effect> {
    let gone = matches!(change.action, Action::Drop | Action::Rename | Action::Move | Action::Missing);
    Some(match change.subject {
        Subject::Table | Subject::View if gone => Effect::TableGone,
        Subject::Column if gone => Effect::ColumnGone,
        Subject::Column if matches!(change.action, Action::Add | Action::Unseen) => Effect::ColumnAdded,
        Subject::EnumValue | Subject::Type => Effect::Values,
        Subject::View if change.aspects.iter().any(|one| matches!(one, Aspect::Query | Aspect::Text)) => {
            Effect::Computed
        }
        Subject::Column => match change.aspects.first()? {
            Aspect::Type => of_type(change),
            Aspect::Nullable if change.after == Some(Value::Flag(true)) => Effect::Nullable,
            Aspect::Nullable => Effect::Required,
            Aspect::ServerDefault | Aspect::Default | Aspect::ServerOnupdate | Aspect::Onupdate => {
                Effect::Default
            }
            Aspect::Computed => Effect::Computed,
            _ => return None,
        },
        _ => return None,
    })
}

fn of_type(change: &Change) -> Effect {
    let (Some(Value::ColumnType(before)), Some(Value::ColumnType(after))) = (&change.before, &change.after)
    else {
        return Effect::OtherFamily;
    };
    if change.aspects.contains(&Aspect::Values) && before.enum_values.is_some() && after.enum_values.is_some()
    {
        return Effect::Values;
    }
    match (Family::of_column(before), Family::of_column(after)) {
        // An unknown default may differ.
        (Some(before), Some(after)) if after.fits(before) => Effect::SameFamily,
        _ => Effect::OtherFamily,
    }
}

/// Columns of an enumeration have its name as their type in the graph.
fn columns_of_type(path: &Path, graph: &Graph) -> Vec<Point> {
    let own = &path.name;
    let full = path.full_name();
    let mut out = Vec::new();
    for (id, dataset) in graph.iter() {
        if dataset.system != belljar_lineage::graph::System::Application {
            continue;
        }
        for (at, column) in (0_u32..).zip(&dataset.columns) {
            if column.ty.as_ref().is_some_and(|ty| ty == own || *ty == full) {
                out.push(Point { dataset: id, column: Some(belljar_lineage::graph::ColumnId(at)) });
            }
        }
    }
    out
}
