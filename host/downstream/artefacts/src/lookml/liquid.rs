//! The readings of a text with Liquid templates: one for each branch, as it is unknown which is taken.

/// The maximum number of readings of one text: the most branches of one `if`.
const MOST: usize = 4;

/// The text without its tags and with stand-ins for its outputs; each reading takes the branch of its number in every
/// `if`, `unless` and `case`, or the last branch. Without duplicates.
pub fn readings(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for branch in 0..MOST {
        let reading = reading(text, branch);
        if !out.contains(&reading) {
            out.push(reading);
        }
    }
    out
}

/// A Liquid block whose end was not read yet.
struct Block {
    /// Whether it is taken, given the blocks around it.
    is_around_taken: bool,
    /// Number of branches so far.
    begun: usize,
    /// Whether one of its branches is taken.
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Branches,
    /// `condition`: a filter over the expression in it.
    Condition,
    Comment,
}

fn reading(text: &str, branch: usize) -> String {
    let counts = branches(text);
    let mut counts = counts.into_iter();
    let mut out = String::with_capacity(text.len());
    let mut blocks: Vec<(Block, usize)> = Vec::new();
    let mut is_taken = true;
    let mut rest = text;
    while let Some(start) = next(rest) {
        let (before, tag) = rest.split_at(start);
        if is_taken {
            out.push_str(before);
        }
        let is_output = tag.starts_with("{{");
        let end = tag.find(if is_output { "}}" } else { "%}" }).map_or(tag.len(), |end| end + 2);
        let (tag, after) = tag.split_at(end);
        rest = after;
        // Output is replaced by a text, as a parameter is.
        let name = if is_output { "parameter" } else { word(tag) };
        match name {
            "if" | "unless" | "case" => {
                let wanted = branch.min(counts.next().unwrap_or(1).saturating_sub(1));
                let is_case = word(tag) == "case";
                let block =
                    Block { is_around_taken: is_taken, begun: usize::from(!is_case), kind: Kind::Branches };
                // The text before the first `when` is ignored.
                is_taken &= !is_case && wanted == 0;
                blocks.push((block, wanted));
            }
            "elsif" | "else" | "when" => {
                if let Some((block, wanted)) = blocks.last_mut() {
                    is_taken = block.is_around_taken && block.begun == *wanted;
                    block.begun += 1;
                }
            }
            "condition" | "comment" | "raw" => {
                let kind = match word(tag) {
                    "condition" => Kind::Condition,
                    "comment" => Kind::Comment,
                    _ => Kind::Branches,
                };
                blocks.push((Block { is_around_taken: is_taken, begun: 1, kind }, 0));
                out.push_str(if is_taken && kind == Kind::Condition { "(" } else { "" });
                is_taken &= kind != Kind::Comment;
            }
            "parameter" | "date_start" | "date_end" if is_taken => {
                let stand_in = stand_in(&out, rest);
                out.push_str(stand_in);
            }
            end if end.starts_with("end") => {
                if let Some((block, _)) = blocks.pop() {
                    is_taken = block.is_around_taken;
                    if block.kind == Kind::Condition && is_taken {
                        out.push_str(") is not null");
                    }
                }
            }
            _ => {}
        }
    }
    if is_taken {
        out.push_str(rest);
    }
    out
}

/// The position of the next tag.
fn next(text: &str) -> Option<usize> {
    let mut braces = text.match_indices('{').map(|(at, _)| at);
    braces.find(|at| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%')))
}

/// The number of branches of each block, in the order of their starts; an optional block has one more.
fn branches(text: &str) -> Vec<usize> {
    let mut counts: Vec<usize> = Vec::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{%") {
        let (tag, after) = after.split_once("%}").unwrap_or((after, ""));
        rest = after;
        match word(tag) {
            "if" | "unless" => {
                open.push((counts.len(), false));
                counts.push(1);
            }
            "case" => {
                open.push((counts.len(), false));
                counts.push(0);
            }
            tag @ ("elsif" | "else" | "when") => {
                if let Some((at, has_else)) = open.last_mut() {
                    *has_else |= tag == "else";
                    counts.iter_mut().skip(*at).take(1).for_each(|count| *count += 1);
                }
            }
            "endif" | "endunless" | "endcase" => {
                if let Some((at, false)) = open.pop() {
                    counts.iter_mut().skip(at).take(1).for_each(|count| *count += 1);
                }
            }
            _ => {}
        }
    }
    counts
}

fn word(tag: &str) -> &str {
    let inner = tag.trim_start_matches("{%").trim_start_matches('-').trim_start();
    inner.split(|one: char| !(one.is_alphanumeric() || one == '_')).next().unwrap_or_default()
}

/// A stand-in: part of a name or a string, a relation, or otherwise a value.
fn stand_in(before: &str, after: &str) -> &'static str {
    let is_part = |one: char| one.is_alphanumeric() || "_.'\"`%-".contains(one);
    if before.ends_with(is_part) || after.starts_with(is_part) {
        return "liquid";
    }
    let last = before.split_whitespace().next_back().unwrap_or_default();
    if ["from", "join", "as"].iter().any(|word| last.eq_ignore_ascii_case(word)) {
        "liquid"
    } else {
        "(null)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_has_its_reading() {
        for (text, expected) in [
            ("${TABLE}.a", &["${TABLE}.a"][..]),
            ("{% if x %}a{% else %}b{% endif %}", &["a", "b"]),
            ("{% if x %}a{% elsif y %}b{% else %}c{% endif %} + d", &["a + d", "b + d", "c + d"]),
            ("a {% if x %}+ b{% endif %}", &["a + b", "a "]),
            ("{% unless x %}a{% endunless %}", &["a", ""]),
            ("{% case x %}{% when 1 %}a{% when 2 %}b{% else %}c{% endcase %}", &["a", "b", "c"]),
            ("{% if x %}{% if y %}a{% else %}b{% endif %}{% else %}c{% endif %}", &["a", "c"]),
            ("{% condition f %} created_at {% endcondition %}", &["( created_at ) is not null"]),
            ("{% comment %} no {% endcomment %}a", &["a"]),
            ("x > {% date_start f %} and y = '{{ z }}'", &["x > (null) and y = 'liquid'"]),
            (
                "select * from {{ t }} join b_{{ c }} using (i)",
                &["select * from liquid join b_liquid using (i)"],
            ),
            ("{%- assign x = 1 -%}a", &["a"]),
            ("{% if", &[""]),
            ("{% endif %}{% else %}a", &["a"]),
        ] {
            assert_eq!(readings(text), expected, "{text}");
        }
    }
}
