//! A rewritten template gives the same result as the original: the engine is the reference.

use std::sync::atomic::AtomicU64;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::{bounded, meter, rewrite};

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_debug(false);
    environment
}

fn both(text: &str) -> (Result<String, String>, Result<String, String>) {
    let values = context! {
        a => 7, b => 2.5, s => "it's", t => "x,y,z", l => [3, 1, 2], e => Vec::<i32>::new(), n => (),
        d => context! { k => 1, name => "v", inner => [context! { x => 1 }, context! { x => 2 }] }, yes => true,
    };
    let plain = environment();
    let mut ours = environment();
    bounded::add_to(&mut ours);
    let wrong = |error: minijinja::Error| error.kind().to_string();
    let expected = plain.render_named_str("t", text, &values).map_err(wrong);
    let found = meter::metered(&AtomicU64::new(meter::TOGETHER), || {
        let bounded = rewrite::bounded(text, "t")?;
        ours.render_named_str("t", &bounded, &values)
    });
    (expected, found.map_err(wrong))
}

const EXPRESSIONS: &[&str] = &[
    "a + 1",
    "a + b",
    "a - 1 - 2",
    "a - (1 - 2)",
    "a * 2 * b",
    "a / 2",
    "a // 2",
    "a % 4",
    "2 ** 3",
    "2 ** 3 ** 2",
    "-a ** 2",
    "(-a) ** 2",
    "-a + 1",
    "- (a + 1)",
    "yes + 1",
    "yes * 3",
    "1 + 2 * 3 - 4",
    "(1 + 2) * 3",
    "7 // 2 * 2",
    "a ~ b ~ s",
    "a ~ (b ~ s)",
    "a + 1 ~ 'x'",
    "'x' ~ a + 1",
    "'x' * 3",
    "3 * 'x'",
    "[1] * 2",
    "l + [4]",
    "l + l == [3, 1, 2, 3, 1, 2]",
    "s + s",
    "n ~ 'x'",
    "missing ~ 'x'",
    "missing.deep ~ 'x'",
    "a == 7",
    "a != 7",
    "a < 8 < 9",
    "1 < a <= 7",
    "a in [7, 8]",
    "a not in l",
    "'x' in t",
    "'k' in d",
    "not a",
    "not a == 8",
    "not (a and n)",
    "a and b",
    "a or b",
    "n or s",
    "a and n or s",
    "a and (n or s)",
    "e or 'none'",
    "s if a > 3 else t",
    "s if n",
    "(s if n else t) ~ 'y'",
    "1 if n else 2 if a else 3",
    "a is defined",
    "missing is defined",
    "missing is not defined",
    "n is none",
    "a is number",
    "s is string",
    "l is iterable",
    "d is mapping",
    "a is odd",
    "a is divisibleby(7)",
    "a is not even",
    "s is in [s]",
    "not a is odd",
    "s | upper",
    "s|upper|lower",
    "t.split(',') | join('-')",
    "t | replace(',', ';')",
    "l | sort",
    "l | sort(reverse=true)",
    "l | first",
    "l | last",
    "l | max",
    "l | sum",
    "l | length",
    "l | map('string') | join",
    "d.inner | map(attribute='x') | list",
    "d.inner | selectattr('x', 'equalto', 2) | list",
    "l | select('odd') | list",
    "l | reject('odd') | list",
    "l | reverse | list",
    "l | batch(2) | list",
    "l | slice(2) | list",
    "l | unique | list",
    "missing | default('z')",
    "n | default('z', true)",
    "d | items | list",
    "d | dictsort",
    "d.items() | list",
    "d.keys() | list",
    "d.get('k')",
    "d.get('zz', 5)",
    "d['k']",
    "d.name",
    "d.inner[0].x",
    "d.inner[-1]['x']",
    "l[0]",
    "l[-1]",
    "l[1:]",
    "l[:2]",
    "l[::2]",
    "l[::-1]",
    "s[0]",
    "s[1:3]",
    "s[-1]",
    "t.upper()",
    "t.replace('x', 'q')",
    "' x '.strip()",
    "t.startswith('x')",
    "'-'.join(['a', 'b'])",
    "'%s=%03d' | format('a', 5)",
    "'{}-{:>4}'.format('a', 'b')",
    "s | length",
    "s | title",
    "s | capitalize",
    "s | trim",
    "'a\\nb' | indent(2)",
    "b | round",
    "b | int",
    "'5' | int + 1",
    "d | tojson",
    "[1, 'x', none, true, 1.5]",
    "{'a': [1], 'b': {'c': 2}}",
    "{'a': 1}.a",
    "{'a': 1} == {'a': 1}",
    "[]",
    "{}",
    "(1, 2)",
    "(1,)",
    "()",
    "(1, 2)[0]",
    "[[1, 2], [3]][0][1]",
    "range(3) | list",
    "range(1, 7, 2) | list",
    "dict(x=1).x",
    "namespace(x=1).x",
    "\"q'\\\"\" ~ '\\n'",
    "1e3",
    "1.0",
    "10000000000000000000",
    "true",
    "none",
    "l == [3, 1, 2]",
    "[1, 2] < [1, 3]",
    "l | join(', ') | upper",
    "(l | length) > 2 and (s | length) == 4",
    "[s | upper, t | length]",
    "'%}' ~ '}}'",
];

const TEMPLATES: &[&str] = &[
    "a\n  {%- if a -%}  b  {%- endif %}\nc\n",
    "{{ a -}}   x",
    "{#- no -#} x {# {{ }} #}",
    "{% raw %}{{ a }}{% endraw %}",
    "{% if n %}1{% elif s %}2{% elif t %}3{% else %}4{% endif %}",
    "{% if n %}1{% else %}{% if a %}2{% endif %}3{% endif %}",
    "{% for x in l %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}",
    "{% for x in e %}{{ x }}{% else %}none{% endfor %}",
    "{% for k, v in d.items() %}{{ k }};{% endfor %}",
    "{% for x in l if x > 1 %}{{ x }}{% endfor %}",
    "{% for x in (l if a else e) %}{{ x }}{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in [1, [2, [3]]] recursive %}{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}{% endif %}{% endfor %}",
    "{% set x = 1 %}{% set y, z = 2, 3 %}{{ x }}{{ y }}{{ z }}",
    "{% set x %}a{{ a }}{% endset %}[{{ x }}]",
    "{% set x | upper %}a{{ s }}{% endset %}{{ x }}",
    "{% set n2 = namespace(i=0) %}{% for x in l %}{% set n2.i = n2.i + x %}{% endfor %}{{ n2.i }}",
    "{% with x = 1, y = a %}{{ x + y }}{% endwith %}",
    "{% filter upper | replace('A', 'b') %}a{{ s }}{% endfilter %}",
    "{% macro m(x, y=2, z='q') %}{{ x }}-{{ y }}-{{ z }}{% endmacro %}{{ m(1) }} {{ m(1, z=5) }} {{ m(*[1, 2]) }} {{ m(**{'x': 9}) }}",
    "{% macro m(x) %}<{{ caller() }}{{ x }}>{% endmacro %}{% call m(1) %}in{% endcall %}",
    "{% macro m() %}<{{ caller(5) }}>{% endmacro %}{% call(v) m() %}in{{ v }}{% endcall %}",
    "{% macro f(n) %}{% if n > 1 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}",
    "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{% endfor %}",
    "{% for x in 'abc' %}{{ x }}.{% endfor %}",
    "{% for x in range(3) %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "line one\n{{ a }}\nline {{ missing.x }} three\n\n",
    "{{ 'a' }}{{- 'b' -}} c",
    "{% do [].append(1) if false %}",
    "{{ l | nofilter }}",
    "{% if a is notest %}{% endif %}",
    "{{ a",
    "{% for %}",
    "{{ nofunction() }}",
    "{{ s.nomethod() }}",
    "{{ a + s }}",
    "{{ 1 // 0 }}",
];

#[test]
fn rewritten_templates_have_equal_results() {
    let expressions = EXPRESSIONS.iter().flat_map(|one| {
        [
            format!("{{{{ {one} }}}}"),
            format!("{{% set v = {one} %}}{{{{ v }}}}"),
            format!("{{% if {one} %}}1{{% endif %}}"),
        ]
    });
    let mut other = Vec::new();
    for text in expressions.chain(TEMPLATES.iter().map(|one| (*one).to_owned())) {
        let (expected, found) = both(&text);
        let is_same = match (&expected, &found) {
            (Ok(expected), Ok(found)) => expected == found,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !is_same {
            other.push(format!("{text}\n  engine: {expected:?}\n  here:   {found:?}"));
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
}
