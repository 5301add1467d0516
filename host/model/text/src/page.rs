/// The maximum size of a page for a comment. GitHub accepts 65,536 characters; some are left for whoever posts it.
pub const MOST_BYTES: usize = 60_000;

/// Bytes that are reserved for the end of a page.
const KEPT: usize = 1_500;

/// A Markdown page with a maximum size. Pieces are added completely or not at all: half of one could be markup.
#[derive(Debug)]
pub struct Page {
    text: String,
    most: usize,
    left_out: usize,
}

impl Page {
    /// An empty page of at most so many bytes.
    pub const fn new(most: usize) -> Self {
        Self { text: String::new(), most, left_out: 0 }
    }

    /// An empty page with room for so many bytes, and an end.
    pub const fn with_room(bytes: usize) -> Self {
        Self::new(bytes + KEPT)
    }

    /// The number of bytes that still fit.
    pub const fn room(&self) -> usize {
        self.most.saturating_sub(self.text.len() + KEPT)
    }

    /// The number of pieces that did not fit.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// Adds a piece if it fits, and counts it otherwise. After one that did not fit, none is added: the page shows the
    /// first part.
    pub fn push(&mut self, piece: &str) {
        if self.left_out == 0 && piece.len() <= self.room() {
            self.text.push_str(piece);
        } else if !piece.trim().is_empty() {
            self.left_out += 1;
        }
    }

    /// Adds a short text of the program itself, such as an end tag, for which there is always room.
    pub fn close(&mut self, words: &str) {
        debug_assert!(words.len() < KEPT / 4, "there is little room for the end");
        self.text.push_str(words);
    }

    /// The text of the page.
    pub fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_is_never_longer_than_it_may_be() {
        let mut page = Page::new(2_000);
        page.push(&"a".repeat(400));
        page.push(&"b".repeat(101));
        page.push("c");
        page.close("the end");
        assert_eq!((page.left_out(), page.into_text()), (2, format!("{}the end", "a".repeat(400))));
    }
}
