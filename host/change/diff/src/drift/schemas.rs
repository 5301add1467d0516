use belljar_schema::{Document, Table};

/// Leaves out a schema wherever it is named, as what is named without one is in it.
pub fn without_schema(document: &mut Document, schema: &str) {
    let prefix = format!("{schema}.");
    let leave_out = |own: &mut Option<String>| {
        if own.as_deref() == Some(schema) {
            *own = None;
        }
    };
    let shorten = |name: &mut String| {
        // `[schema.]table`, with a column or without.
        if let Some(rest) = name.strip_prefix(&prefix) {
            *name = rest.to_owned();
        }
    };
    for table in &mut document.tables {
        leave_out(&mut table.schema);
        targets(table).for_each(shorten);
    }
    for view in &mut document.views {
        leave_out(&mut view.schema);
        view.reads.iter_mut().flatten().for_each(shorten);
    }
    for item in &mut document.sequences {
        leave_out(&mut item.sequence.schema);
    }
    for item in &mut document.types {
        leave_out(&mut item.schema);
        item.columns.iter_mut().for_each(shorten);
    }
    for item in &mut document.objects {
        leave_out(&mut item.schema);
        item.table.iter_mut().for_each(shorten);
    }
}

/// The targets of the foreign keys of a table, and of its columns.
fn targets(table: &mut Table) -> impl Iterator<Item = &mut String> {
    let of_keys = table.foreign_keys.iter_mut().flat_map(|key| &mut key.targets);
    let of_columns = table.columns.iter_mut().flat_map(|column| &mut column.foreign_keys);
    of_keys.chain(of_columns.map(|key| &mut key.target))
}
