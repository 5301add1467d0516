//! Escapes texts of a repository for the markup of a service.

/// The end of a text that was cut.
const CUT: &str = "…";

/// A text for Slack's markup, of at most so many bytes.
///
/// Links and mentions begin with `<`, entities with `&`. A plain `@channel` is a mention for clients with old settings, so an
/// invisible character follows each `@`.
pub(super) fn slack(text: &str, most: usize) -> String {
    within(text, most, &|letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '@' => Some("@\u{2060}"),
        _ => None,
    })
}

/// A text for HTML, of at most so many bytes.
pub(super) fn html(text: &str, most: usize) -> String {
    within(text, most, &|letter| match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    })
}

/// A text with some characters replaced, cut between characters of the original.
fn within(text: &str, most: usize, replace: &dyn Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    // The end of what is kept if the text is cut.
    let mut kept = 0;
    for letter in text.chars() {
        match replace(letter) {
            Some(piece) => out.push_str(piece),
            None => out.push(letter),
        }
        if out.len() + CUT.len() <= most {
            kept = out.len();
        }
        if out.len() > most {
            out.truncate(kept);
            out.push_str(CUT);
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        for (text, for_slack, for_html) in [
            (
                "<!channel> & <@U1>",
                "&lt;!channel&gt; &amp; &lt;@\u{2060}U1&gt;",
                "&lt;!channel&gt; &amp; &lt;@U1&gt;",
            ),
            ("<https://a.example|b>", "&lt;https://a.example|b&gt;", "&lt;https://a.example|b&gt;"),
            ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;", "&amp;lt;!here&amp;gt;"),
            ("@here", "@\u{2060}here", "@here"),
            ("\"'", "\"'", "&quot;&#39;"),
        ] {
            assert_eq!((slack(text, 100).as_str(), html(text, 100).as_str()), (for_slack, for_html));
        }
    }

    #[test]
    fn a_cut_text_has_no_half_of_an_entity() {
        for most in 3..60 {
            let text = slack(&"<&>é@".repeat(20), most);
            assert!(text.len() <= most && text.ends_with('…'), "{most}: {text}");
            assert!(text.len() + "&amp;".len() + CUT.len() > most, "as much as fits: {most}: {text}");
            let whole = ["&lt;", "&amp;", "&gt;", "@\u{2060}", "é", "…"];
            let rest = whole.iter().fold(text.clone(), |text, piece| text.replace(piece, ""));
            assert_eq!(rest, "", "{most}: {text}");
        }
        assert_eq!((slack("abc", 3), slack("abcd", 3)), ("abc".to_owned(), "…".to_owned()));
    }
}
