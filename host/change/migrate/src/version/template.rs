//! The template of a project, `script.py.mako`.
//!
//! A template is code: Mako compiles it to Python. Here nothing of it runs. The expressions that Alembic's own templates
//! have are replaced by their values, and a template with anything else is not used.

use super::{Header, Parts, down_literal, in_docstring, literal, parts::filled};

/// The largest template, in bytes. It bounds how deep its syntax tree can be.
const LARGEST: usize = 16 << 10;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

/// An expression whose value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Message,
    Revision,
    RevisionLiteral,
    Down,
    DownLiteral,
    Nothing,
    Date,
    Imports,
    Upgrade,
    Downgrade,
}

/// A template that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// Parses a template; the error says what of it is not understood.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LARGEST {
            return Err(format!("it has more than {LARGEST} bytes"));
        }
        let text: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("##")).collect();
        for line in &text {
            if line.trim_start().starts_with('%') {
                return Err("it has a line of code, which begins with `%`".to_owned());
            }
            if line.contains("<%") || line.contains("</%") {
                return Err("it has a block of code, `<%`".to_owned());
            }
            if line.ends_with('\\') {
                return Err("it has a line that ends with `\\`".to_owned());
            }
        }
        let text = text.join("\n");
        let (mut pieces, mut rest) = (Vec::new(), text.as_str());
        while let Some((before, after)) = rest.split_once("${") {
            let (expression, after) = after.split_once('}').ok_or("it has a `${` without an end")?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(Place::parse(expression)?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let template = Self { pieces };
        template.check()?;
        Ok(template)
    }

    /// Checks that the functions have a place each, on a line of its own.
    fn check(&self) -> Result<(), String> {
        for place in [Place::Upgrade, Place::Downgrade] {
            let count = self.pieces.iter().filter(|piece| **piece == Piece::Place(place)).count();
            if count != 1 {
                return Err("it does not have `${upgrades}` and `${downgrades}` once".to_owned());
            }
        }
        for (position, piece) in self.pieces.iter().enumerate() {
            let Piece::Place(place @ (Place::Upgrade | Place::Downgrade | Place::Imports)) = piece else {
                continue;
            };
            let before = position.checked_sub(1).map_or("", |before| self.text(before));
            let line = before.rsplit('\n').next().unwrap_or_default();
            let after = self.text(position + 1);
            let indent = if *place == Place::Imports { "" } else { "    " };
            if line != indent || !(after.is_empty() || after.starts_with('\n')) {
                return Err(
                    "its statements have no line of their own, or one that is indented otherwise".to_owned()
                );
            }
        }
        Ok(())
    }

    fn text(&self, position: usize) -> &str {
        match self.pieces.get(position) {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether a line of its text is this one.
    fn has_line(&self, wanted: &str) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Text(text) => text.lines().any(|line| line.trim_end() == wanted),
            Piece::Place(_) => false,
        })
    }

    /// The text of a version.
    pub(super) fn fill(&self, header: &Header, parts: &Parts) -> Result<String, String> {
        let imports = self.imports(parts);
        let has_place = self.pieces.contains(&Piece::Place(Place::Imports));
        if !imports.is_empty() && !has_place {
            return Err("it has no `${imports}`, which the statements need".to_owned());
        }
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Place(place) => out.push_str(&value(*place, header, parts, &imports)),
            }
        }
        let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
        Ok(format!("{}\n", lines.join("\n").trim_end_matches('\n')))
    }

    /// What the statements need before them.
    fn imports(&self, parts: &Parts) -> String {
        let own = ["import sqlalchemy as sa", "from alembic import op"];
        let missing = own.into_iter().filter(|line| !self.has_line(line));
        let given = parts.imports.iter().map(String::as_str).filter(|line| !self.has_line(line));
        let mut lines: Vec<&str> = missing.chain(given).collect();
        if let Some(class) = &parts.class {
            lines.extend(["", "", class]);
        }
        lines.join("\n")
    }
}

impl Place {
    fn parse(expression: &str) -> Result<Self, String> {
        let plain: String = expression.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(match plain.replace('\'', "\"").as_str() {
            "message" | "message if message else \"\"" => Self::Message,
            "up_revision" => Self::Revision,
            "repr(up_revision)" => Self::RevisionLiteral,
            "down_revision" | "down_revision | comma,n" | "down_revision | comma, n" => Self::Down,
            "repr(down_revision)" => Self::DownLiteral,
            "repr(branch_labels)" | "repr(depends_on)" => Self::Nothing,
            "create_date" => Self::Date,
            "imports" | "imports if imports else \"\"" => Self::Imports,
            "upgrades" | "upgrades if upgrades else \"pass\"" => Self::Upgrade,
            "downgrades" | "downgrades if downgrades else \"pass\"" => Self::Downgrade,
            _ => {
                return Err(format!(
                    "it has the expression `{}`, which is not known",
                    super::comment(&plain)
                ));
            }
        })
    }
}

fn value(place: Place, header: &Header, parts: &Parts, imports: &str) -> String {
    // The first line has the indentation of the template.
    let body = |lines: &[String]| filled(lines).trim_start().to_owned();
    match place {
        Place::Message => in_docstring(&header.message),
        Place::Revision => in_docstring(&header.revision),
        Place::RevisionLiteral => literal(&header.revision),
        Place::Down => in_docstring(&header.down.join(", ")),
        Place::DownLiteral => down_literal(&header.down),
        Place::Nothing => "None".to_owned(),
        Place::Date => in_docstring(&header.date),
        Place::Imports => imports.to_owned(),
        Place::Upgrade => body(&parts.upgrade),
        Place::Downgrade => body(&parts.downgrade),
    }
}
