//! The columns of a dataset during resolution.

use std::collections::BTreeMap;

use belljar_schema::Certainty;
use belljar_schema::{Diagnostic, Severity};

use crate::{
    Input,
    graph::{Column, ColumnId},
    sql::Lineage,
};

/// The known columns of a dataset so far.
#[derive(Debug, Default)]
pub(super) struct Working {
    pub(super) columns: Vec<Column>,
    pub(super) is_complete: bool,
    keys: BTreeMap<String, u32>,
}

impl Working {
    /// The columns that the reader declares.
    pub(super) fn declared(input: &Input) -> Self {
        let mut working = Self { is_complete: input.is_complete, ..Self::default() };
        for column in &input.columns {
            working.push(Column {
                name: column.name.clone(),
                key: input.dialect.column_key(&column.name, column.quoted),
                ty: column.ty.clone(),
                nullable: column.nullable,
                place: column.place.clone(),
                certainty: column.certainty,
            });
        }
        working
    }

    /// Adds a column, unless its key exists.
    pub(super) fn push(&mut self, column: Column) -> ColumnId {
        let next = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
        let at = *self.keys.entry(column.key.clone()).or_insert(next);
        if at == next {
            self.columns.push(column);
        }
        ColumnId(at)
    }

    pub(super) fn find(&self, key: &str) -> Option<ColumnId> {
        self.keys.get(key).copied().map(ColumnId)
    }

    /// Finds a column by a name as people write it, else exactly, else without case.
    pub(super) fn named(&self, name: &str, input: &Input) -> Option<ColumnId> {
        let keys = [input.dialect.column_key(name, false), name.to_owned()];
        keys.iter().find_map(|key| self.find(key)).or_else(|| {
            let at = self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))?;
            u32::try_from(at).ok().map(ColumnId)
        })
    }

    /// Columns of the SQL take precedence over declared ones, unless the reader knows all columns.
    pub(super) fn derive(&mut self, input: &Input, lineage: &Lineage, diagnostics: &mut Vec<Diagnostic>) {
        let declared = std::mem::take(self);
        if declared.is_complete {
            *self = declared;
            for made in &lineage.columns {
                self.push(column(made.name.clone(), made.key.clone(), Certainty::Likely));
            }
            return;
        }
        self.is_complete = lineage.is_complete;
        for made in &lineage.columns {
            self.push(column(made.name.clone(), made.key.clone(), Certainty::Certain));
        }
        for name in &input.added {
            self.push(column(name.clone(), input.dialect.column_key(name, false), Certainty::Certain));
        }
        for old in declared.columns {
            if let Some(ColumnId(at)) = self.find(&old.key)
                && let Some(new) = self.columns.get_mut(at as usize)
            {
                (new.ty, new.nullable, new.place) = (old.ty, old.nullable, old.place);
            } else if lineage.is_complete {
                let text =
                    format!("`{}` of `{}` is described, but not selected by its SQL", old.name, input.name);
                let place = old.place.as_ref().or(input.place.as_ref());
                let diagnostic = Diagnostic::new(Severity::Note, "column-not-made", text);
                diagnostics.push(match place {
                    Some(place) => diagnostic.at(place.path.clone(), place.line),
                    None => diagnostic,
                });
            } else {
                self.push(Column { certainty: old.certainty.max(Certainty::Likely), ..old });
            }
        }
    }
}

/// A column with only its name.
pub(super) fn column(name: String, key: String, certainty: Certainty) -> Column {
    Column { name, key, ty: None, nullable: None, place: None, certainty }
}
