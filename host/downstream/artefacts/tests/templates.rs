//! Templates that are meant to take a machine's memory, time or stack: each costs its own model, which is named, and nothing
//! else. A program of its own, as the memory of all threads is measured.

use belljar_artefacts::dbt;
use belljar_lineage::{Builder, Cause};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What one model may take, with all that its reading needs beside.
const MOST: usize = 400 << 20;

/// Each with what ends it.
const HOSTILE: &[(&str, &str)] = &[
    // Values in themselves.
    ("list_in_itself", "{% set l = [] %}{% do l.append(l) %}{{ l }}"),
    ("list_in_itself_by_extend", "{% set l = [1] %}{% do l.extend([l]) %}{{ l }}"),
    ("list_in_itself_by_insert", "{% set l = [1] %}{% do l.insert(0, [[l]]) %}{{ l }}"),
    ("lists_in_each_other", "{% set a = [] %}{% set b = [a] %}{% do a.append(b) %}{{ a == b }}"),
    ("dict_in_itself", "{% set d = {} %}{% do d.update({'a': d}) %}{{ d }}"),
    ("dict_in_itself_by_default", "{% set d = {} %}{% do d.setdefault('a', [d]) %}{{ d }}"),
    ("dict_and_list", "{% set l = [] %}{% set d = {'l': l} %}{% do l.append(d) %}{{ l | tojson }}"),
    ("literal_in_itself", "{{ [].append([]) }}{% set l = namespace(a=[]) %}{% do l.a.append(l) %}{{ l }}"),
    ("namespace_in_itself", "{% set n = namespace() %}{% set n.n = n %}{{ n }}"),
    ("namespace_in_a_list", "{% set n = namespace() %}{% set n.l = [n] %}{{ n }}"),
    ("namespace_in_another", "{% set n = namespace() %}{% set m = namespace(n=n) %}{% set n.m = m %}{{ n }}"),
    // Depth.
    (
        "deep_list",
        "{% set n = namespace(l=[]) %}{% for i in range(90000) %}{% set n.l = [n.l] %}{% endfor %}",
    ),
    (
        "deep_list_inside_out",
        "{% set h = [] %}{% set n = namespace(t=h) %}{% for i in range(50000) %}{% set x = [] %}{% do n.t.append(x) %}{% set n.t = x %}{% endfor %}{{ h }}",
    ),
    (
        "deep_dict",
        "{% set n = namespace(d={}) %}{% for i in range(90000) %}{% set n.d = {'d': n.d} %}{% endfor %}{{ n.d }}",
    ),
    (
        "deep_tuple",
        "{% set n = namespace(t=(1,)) %}{% for i in range(90000) %}{% set n.t = (n.t,) %}{% endfor %}{{ n.t }}",
    ),
    (
        "slice_of_slice",
        "{% set n = namespace(l=[1,2]) %}{% for i in range(90000) %}{% set n.l = n.l[0:2] %}{% endfor %}{% for i in range(90000) %}{% set n.l = n.l + [1] %}{% endfor %}",
    ),
    ("macro_in_itself", "{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}"),
    (
        "macro_and_caller",
        "{% macro m() %}{% call m() %}x{% endcall %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
    ),
    ("macros_of_the_manifest", "{{ first('x') }}"),
    ("loop_in_itself", "{% for x in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}"),
    // Shared parts, each twice in the next.
    (
        "list_of_twice",
        "{% set n = namespace(l=['x']) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
    ),
    (
        "dict_of_twice",
        "{% set n = namespace(l={}) %}{% for i in range(60) %}{% set n.l = {'a': n.l, 'b': n.l} %}{% endfor %}{{ n.l }}",
    ),
    // Text that doubles.
    (
        "concatenated",
        "{% set n = namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}",
    ),
    (
        "added",
        "{% set n = namespace(s='xxxxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}",
    ),
    (
        "added_lists",
        "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}",
    ),
    ("multiplied", "{{ 'x' * 2000000000 }}"),
    (
        "multiplied_in_turns",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s * 99 %}{% endfor %}",
    ),
    ("multiplied_for_nothing", "{% for i in range(90000) %}{% set x = 'x' * 4000000 %}{% endfor %}"),
    ("multiplied_list", "{{ [1, 2] * 900000000 }}"),
    (
        "replaced",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s | replace('x', 'xxxxxxxx') %}{% endfor %}",
    ),
    (
        "replaced_by_method",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s.replace('x', 'xxxxxxxx') %}{% endfor %}",
    ),
    (
        "replaced_between_letters",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s | replace('', 'xxxxxxxx') %}{% endfor %}",
    ),
    (
        "joined",
        "{% set n = namespace(s='xx') %}{% for i in range(60) %}{% set n.s = [n.s, n.s, n.s] | join(n.s) %}{% endfor %}",
    ),
    (
        "joined_by_method",
        "{% set n = namespace(s='xx') %}{% for i in range(60) %}{% set n.s = n.s.join([n.s, n.s, n.s]) %}{% endfor %}",
    ),
    ("indented", "{{ 'x\\n\\ny' | indent(999999999, true, true) }}"),
    ("indented_by_text", "{% set w = 'x' * 900000 %}{{ ('\\n' * 900000) | indent(w, true, true) }}"),
    ("batched", "{{ [1] | batch(999999999, 'x') | list | length }}"),
    ("sliced", "{{ [1] | slice(999999999, 'x') | list | length }}"),
    ("widths", "{{ '%999999999d' | format(1) }}"),
    ("widths_by_argument", "{{ '%*d' | format(999999999, 1) }}"),
    ("widths_of_braces", "{{ '{:999999999}'.format(1) }}"),
    ("fields_that_do_not_end", "{{ ('{' * 3900000).format(1) }}"),
    ("one_argument_often", "{% set x = 'x' * 900000 %}{{ ('{0}' * 900000).format(x) }}"),
    ("json_indented", "{{ [[1]] | tojson(indent=999999999) }}"),
    ("mapped", "{{ ['x\\ny'] | map('indent', 999999999, true) | list }}"),
    ("mapped_twice", "{{ [['x\\ny']] | map('map', 'indent', 999999999, true) | list }}"),
    (
        "summed",
        "{% set l = [] %}{% for i in range(4000) %}{% do l.append(['x' * 1000]) %}{% endfor %}{{ l | sum(start=[]) | length }}",
    ),
    // Time.
    ("looped", "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"),
    (
        "compared",
        "{% set l = range(90000) | list %}{% set m = range(90000) | list %}{% for i in range(90000) %}{% if l == m %}{% endif %}{% endfor %}",
    ),
    (
        "searched",
        "{% set l = range(90000) | list %}{% for i in range(90000) %}{% if -1 in l %}{% endif %}{% endfor %}",
    ),
    ("indexed", "{% set s = 'x' * 4000000 %}{% for i in range(90000) %}{% set x = s[-1] %}{% endfor %}"),
    (
        "counted",
        "{% set s = 'x' * 4000000 %}{% for i in range(90000) %}{% if s.count('y') %}{% endif %}{% endfor %}",
    ),
    (
        "tested",
        "{% set s = 'x' * 4000000 %}{% for i in range(90000) %}{% if s is lower %}{% endif %}{% endfor %}",
    ),
    // Text that is written.
    ("written", "{% for a in range(90000) %}{{ 'x' * 100000 }}{% endfor %}"),
    ("captured", "{% set s %}{% for a in range(90000) %}{{ 'x' * 100000 }}{% endfor %}{% endset %}"),
    (
        "macro_of_macro",
        "{% macro m(x) %}{{ x }}{{ x }}{{ x }}{{ x }}{% endmacro %}{{ m(m(m(m(m(m(m(m(m(m(m(m(m(m(m('xxxxxxxxxx'))))))))))))))) }}",
    ),
    (
        "filtered_block",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s %}{% filter replace('x', 'xxxxxxxx') %}{{ n.s }}{% endfilter %}{% endset %}{% endfor %}",
    ),
    ("names_made_up", "{% for i in range(90000) %}{{ ref('x' * 90000 ~ i) }}{% endfor %}"),
];

/// What a limit says. Anything else would be an error for another reason.
const LIMITS: &[&str] = &[
    "stored in itself",
    "stored in another value",
    "deep, or contains itself",
    "larger than 4 MB",
    "more than 256 MB of work",
    "the limit is",
    "a computed width",
    "recursion limit",
    "out of fuel",
    "more than 100000 elements",
    "nested too deeply or exceeded its limit",
    "tokens in one",
    "maximum recursion",
];

fn long() -> Vec<(&'static str, String)> {
    vec![
        ("long_sum", format!("{{{{ {} }}}}", vec!["a"; 200_000].join(" ~ "))),
        ("long_mixed_sum", format!("{{{{ {}a }}}}", "a + a - ".repeat(100_000))),
        ("long_path", format!("{{{{ a{} }}}}", ".b".repeat(200_000))),
        ("long_filters", format!("{{{{ a{} }}}}", "|upper".repeat(200_000))),
        ("deep_parentheses", format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000))),
        ("deep_brackets", format!("{{{{ {}1{} }}}}", "[".repeat(100_000), "]".repeat(100_000))),
        ("deep_minus", format!("{{{{ {}1 }}}}", "-".repeat(100_000))),
        ("deep_not", format!("{{{{ {}1 }}}}", "not ".repeat(100_000))),
        ("deep_blocks", "{% if a %}".repeat(50_000) + &"{% endif %}".repeat(50_000)),
        ("long_elif", format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(100_000))),
        ("written_raw", format!("{{% for a in range(90000) %}}{}{{% endfor %}}", "x".repeat(100_000))),
    ]
}

fn node(name: &str, code: &str) -> Value {
    json!({
        "resource_type": "model", "name": name, "package_name": "shop", "alias": name,
        "relation_name": format!("db.s.{name}"), "raw_code": code, "original_file_path": format!("models/{name}.sql"),
    })
}

fn manifest(models: &[(&str, &str)]) -> Vec<u8> {
    let nodes: serde_json::Map<String, Value> =
        models.iter().map(|(name, code)| (format!("model.shop.{name}"), node(name, code))).collect();
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": "snowflake", "project_name": "shop",
        },
        "nodes": nodes,
        "macros": {
            "macro.shop.first": {"name": "first", "package_name": "shop", "macro_sql": "{% macro first(x) %}{{ second(x ~ x) }}{{ second(x ~ x) }}{% endmacro %}"},
            "macro.shop.second": {"name": "second", "package_name": "shop", "macro_sql": "{% macro second(x) %}{{ first(x ~ x) }}{{ first(x ~ x) }}{% endmacro %}"},
        },
    })
    .to_string()
    .into_bytes()
}

/// Models whose template was not rendered, and what memory it took to find out.
fn lost(models: &[(&str, &str)]) -> (Vec<(String, String)>, usize) {
    let bytes = manifest(models);
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let mut builder = Builder::new();
    dbt::parse_project(&bytes, None, &dbt::Options::default()).give(&mut builder);
    let graph = builder.finish();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    let unknowns = graph.report().unknowns.iter();
    let of = |one: &belljar_lineage::Unknown| one.cause == Cause::TemplateNotRendered;
    (unknowns.filter(|one| of(one)).map(|one| (one.subject.clone(), one.message.clone())).collect(), peak)
}

/// One test, so that nothing else takes memory meanwhile.
#[test]
fn a_template_that_takes_too_much_costs_its_own_model() {
    let long = long();
    let all = HOSTILE.iter().copied().chain(long.iter().map(|(name, code)| (*name, code.as_str())));
    let mut failed = Vec::new();
    for (name, code) in all {
        let good = [("good", "select id from {{ ref('other') }}"), ("other", "select 1 as id")];
        let (lost, peak) = lost(&[good[0], (name, code), good[1]]);
        let is_named = matches!(lost.as_slice(), [(of, why)] if of == name && LIMITS.iter().any(|one| why.contains(one)));
        if !is_named || peak > MOST {
            failed.push(format!("{name}: lost {lost:?}, {} MB", peak >> 20));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");

    // What people write stays far below.
    let honest = [
        ("a_long_list", "{% set l = [] %}{% for i in range(3000) %}{% do l.append('sum(case when a = ' ~ i ~ ' then 1 end) as c_' ~ i) %}{% endfor %}select {{ l | join(', ') }} from t".to_owned()),
        ("a_growing_text", "{% set n = namespace(s='') %}{% for i in range(2000) %}{% set n.s = n.s ~ ', column_' ~ i %}{% endfor %}select 1{{ n.s }}".to_owned()),
        ("many_branches", format!("select {{% if a == 1 %}}x{}{{% endif %}} 1", "{% elif a == 2 %}y".repeat(300))),
        ("a_long_text", format!("select {} from t", vec!["a_column"; 50_000].join(", "))),
        ("with_names", "{% set n = namespace(a=1, b=['x']) %}{% set d = dict(c=3) %}select {{ n.a }}, {{ n.b | join(d=', ') }}, {{ d.c }}, {{ [3, 1] | sort(reverse=true) | join(',') }}, {{ {'k': [1]} | tojson }}".to_owned()),
        ("of_python", "{% set l = 'a,b'.split(',') %}{% do l.append('c') %}{% set k = {'x': 1} %}{% do k.update({'y': 2}) %}select {{ l | map('upper') | join(', ') }}, {{ k.items() | list | length }}, {{ '%s_%03d' | format('a', 7) }}, {{ 'x' * 3 }}, {{ 1 + 2.5 }}, {{ [1] + [2] }}, {{ l[0:2] | length }}, {{ l[-1] }}".to_owned()),
        ("lazy_on_lazy", "{% set n = namespace(l=[1,2]) %}{% for i in range(20000) %}{% set n.l = n.l | map('string') | reverse %}{% endfor %}select {{ n.l | join }}".to_owned()),
        ("long_chain", format!("select {{{{ {} }}}}", vec!["'a'"; 400].join(" ~ "))),
    ];
    let honest: Vec<(&str, &str)> = honest.iter().map(|(name, code)| (*name, code.as_str())).collect();
    assert_eq!(lost(&honest).0, []);

    // Many that take much are ended sooner, and what is plain is rendered after them as before.
    let greedy = "{% for a in range(90000) %}{{ 'x' * 100000 }}{% endfor %}";
    let names: Vec<String> = (0..40).map(|at| format!("m{at:02}")).collect();
    let many: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), greedy)).chain([("z", "select {{ 1 + 1 }}")]).collect();
    let (ended, _) = lost(&many);
    assert_eq!(ended.len(), names.len());
    let (first, last) = (&ended[0].1, &ended[names.len() - 1].1);
    assert!(first.contains("more than 256 MB") && last.contains("more than 4 MB"), "{first} {last}");

    let together: Vec<(&str, &str)> =
        HOSTILE.iter().copied().step_by(5).chain([("good", "select 1 as id")]).collect();
    let (lost, peak) = lost(&together);
    assert_eq!(lost.len(), together.len() - 1, "each is named");
    assert!(peak < MOST, "{} MB", peak >> 20);
}
