use ruff_source_file::LineIndex;
use ruff_text_size::{TextRange, TextSize};

/// The state of reading a module.
#[derive(Clone, Copy)]
pub(crate) struct ModuleRef<'a> {
    pub(crate) path: &'a str,
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) lines: &'a LineIndex,
}

impl ModuleRef<'_> {
    pub(super) fn line(self, offset: TextSize) -> u32 {
        u32::try_from(self.lines.line_index(offset).get()).unwrap_or(u32::MAX)
    }

    /// The source text of a range on one line.
    pub(super) fn source(self, range: TextRange) -> String {
        let text = self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
