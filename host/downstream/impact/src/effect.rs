use belljar_contract::Family;
use belljar_diff::{Action, Aspect, Change, Path, Subject, Value};
use belljar_lineage::{
    graph::{Graph, Point},
    table_id,
};

/// What a change does to a column or a table, wherever the value has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// The whole dataset is not there any more.
    TableGone,
    /// The column is not there any more.
    ColumnGone,
    /// The table stays where it was brought, and nothing new comes.
    Stale,
    /// The column stays where it was brought, and new rows have NULL in it.
    Emptied,
    /// What makes it fails.
    Broken,
    /// The type is of another family.
    OtherFamily,
    /// The type stays in its family.
    SameFamily,
    /// It may be NULL, and could not.
    Nullable,
    /// It can't be NULL any more.
    Required,
    /// What it is where nobody says it.
    Default,
    /// Its values are others: an enumeration.
    Values,
    /// How it is computed.
    Computed,
    /// A column is new.
    ColumnAdded,
    /// The rows are others: something that decides over them is.
    Rows,
}

/// Where a change begins in the graph of the base, and what it does. Nothing for what no reader can see: indexes, comments,
/// the order of columns, classes.
pub(crate) fn of(change: &Change, graph: &Graph, application: &str) -> Option<(Vec<Point>, Effect)> {
    let path = change.was.as_ref().unwrap_or(&change.path);
    let effect = effect(change)?;
    let starts = match change.subject {
        Subject::EnumValue | Subject::Type => return Some((columns_of_type(path, graph), effect)),
        _ if effect == Effect::ColumnAdded || path.part.is_none() => {
            vec![Point::whole(dataset(path, graph, application)?)]
        }
        _ => {
            let dataset = dataset(path, graph, application)?;
            // A change that stands beside a rename has the head's name.
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
        // What is not known may be another.
        (Some(before), Some(after)) if after.fits(before) => Effect::SameFamily,
        _ => Effect::OtherFamily,
    }
}

/// Columns whose type an enumeration is: their type in the graph is its name.
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
