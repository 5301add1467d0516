//! A bug in the evaluation of one template affects only that template.

use minijinja::Error;

use super::*;

fn node(name: &str, code: &str) -> Node {
    Node { name: name.to_owned(), raw_code: Some(code.to_owned()), ..Node::default() }
}

#[test]
fn a_panic_costs_one_template() {
    let templates = Templates::new(&Manifest::default(), &Options::default());
    templates
        .environment
        .borrow_mut()
        .add_filter("as_text", |value: Value| -> Result<Value, Error> { panic!("of `{value}`") });
    let rendered = templates.render(&node("bad", "{% set l = [1] %}{{ l }}{{ 'x' | as_text }}"));
    assert_eq!(rendered.text, None);
    let [unknown] = rendered.unknowns.as_slice() else { panic!("{:?}", rendered.unknowns) };
    assert_eq!(unknown.cause, Cause::TemplateNotRendered);
    assert!(
        unknown.message.ends_with("an internal error of Belljar or of a library ended it: of `x`"),
        "{}",
        unknown.message
    );
    // The next evaluation has a new environment and its full limits.
    let rendered =
        templates.render(&node("good", "{% for a in range(1000) %}{{ 'x' | as_text }}{% endfor %}"));
    assert_eq!((rendered.text, rendered.unknowns.len()), (Some("x".repeat(1_000)), 0));
}
