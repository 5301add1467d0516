//! `belljar diagram`.

use belljar_diagram::{Columns, Diagram as Drawn, Format, Grouping, Selection, write};

use crate::{
    cli::{Diagram, DiagramColumns, DiagramFormat, DiagramGroup},
    extraction::extract,
    failure::{Failure, NoEffect},
    session::Session,
    source_config::SourceConfig,
    subject::{Named, Names, or_missing},
    terminal::messages,
};

/// How many foreign keys away from the named tables others are shown, if nothing else is said.
const DEPTH: usize = 1;

/// The maximum length of a text that Mermaid draws, and the maximum number of links, unless a page allows more.
const MERMAID_BYTES: usize = 50_000;
const MERMAID_LINKS: usize = 500;

/// Writes a diagram of a source.
pub(crate) fn run(arguments: Diagram, session: &mut Session) -> Result<u8, Failure> {
    let format = arguments.format();
    let Named { path, tables, maybe_path } = Named::split(&arguments.path);
    arguments.check_effects(format, &tables)?;
    let Diagram { rev, depth, columns, group, dialect, sources, .. } = arguments;
    let only = Names::parse(&tables)?;
    let source_config = SourceConfig::new(&path, rev, sources, Vec::new())?;
    let (_, extraction) =
        extract(&source_config, session).map_err(|failure| or_missing(failure, maybe_path.as_deref()))?;
    if let Some(only) = &only {
        only.check(&extraction.document, maybe_path.as_deref())?;
    }
    let is_chosen =
        |schema: Option<&str>, name: &str| only.as_ref().is_none_or(|only| only.has(schema, name));
    let drawn = Drawn::new(
        &extraction.document,
        Selection {
            chosen: only.is_some().then_some(&is_chosen),
            depth: depth.unwrap_or(DEPTH),
            columns: columns.into(),
            grouping: group.map(Into::into),
            database: dialect,
        },
    );
    let text = write(&drawn, format);
    let (bytes, links) = (text.len(), drawn.links.len());
    if format == Format::Mermaid && (bytes > MERMAID_BYTES || links > MERMAID_LINKS) {
        let report =
            |out: &mut String| messages::large_diagram(out, (bytes, MERMAID_BYTES), (links, MERMAID_LINKS));
        session.report(report);
    }
    session.write(0, &|out| out.write_all(text.as_bytes()))?;
    Ok(0)
}

impl Diagram {
    /// `--format`; else by the suffix of `--output`; else Mermaid.
    fn format(&self) -> Format {
        let ending =
            self.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        match (self.format, ending) {
            (Some(DiagramFormat::Dot), _) | (None, Some("dot" | "gv")) => Format::Dot,
            (Some(DiagramFormat::Plantuml), _) | (None, Some("puml" | "plantuml")) => Format::Plantuml,
            (Some(DiagramFormat::Dbml), _) | (None, Some("dbml")) => Format::Dbml,
            (Some(DiagramFormat::D2), _) | (None, Some("d2")) => Format::D2,
            (Some(DiagramFormat::Mermaid) | None, _) => Format::Mermaid,
        }
    }

    /// Rejects options that have no effect.
    fn check_effects(&self, format: Format, named: &[String]) -> Result<(), NoEffect> {
        if self.depth.is_some() && named.is_empty() {
            return Err(NoEffect::new("--depth", "TABLE"));
        }
        if self.group.is_some() && format == Format::Mermaid {
            return Err(NoEffect::new("--group", "--format dot"));
        }
        Ok(())
    }
}

impl From<DiagramColumns> for Columns {
    fn from(columns: DiagramColumns) -> Self {
        match columns {
            DiagramColumns::All => Self::All,
            DiagramColumns::Keys => Self::Keys,
            DiagramColumns::None => Self::None,
        }
    }
}

impl From<DiagramGroup> for Grouping {
    fn from(group: DiagramGroup) -> Self {
        match group {
            DiagramGroup::Schema => Self::Schema,
            DiagramGroup::Module => Self::Module,
        }
    }
}
