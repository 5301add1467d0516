//! Measures how long a made-up manifest takes, from bytes to graph: `scale [MODELS]…`, by default 2,000 and 10,000, compiled
//! and as templates.

use std::{fmt::Write, time::Instant};

use belljar_artefacts::dbt;
use belljar_lineage::Builder;

fn main() {
    let mut counts: Vec<usize> = std::env::args().skip(1).filter_map(|one| one.parse().ok()).collect();
    if counts.is_empty() {
        counts = vec![2_000, 10_000];
    }
    for compiled in [true, false] {
        for count in &counts {
            measure(*count, compiled);
        }
    }
}

#[expect(clippy::print_stdout, reason = "a measurement is printed")]
fn measure(count: usize, compiled: bool) {
    let manifest = manifest(count, compiled);
    let start = Instant::now();
    let reading = dbt::parse_project(manifest.as_bytes(), None, &dbt::Options::default());
    let read = start.elapsed();
    let mut builder = Builder::new();
    reading.give(&mut builder);
    let graph = builder.finish();
    let report = graph.report();
    println!(
        "{count} models {}: {} KB; read {:.2} s, all {:.2} s; {} of {} followed, {} columns, {} edges, {} unknowns; \
         peak {}",
        if compiled { "compiled" } else { "as templates" },
        manifest.len() / 1000,
        read.as_secs_f64(),
        start.elapsed().as_secs_f64(),
        report.queries_followed,
        report.queries,
        report.columns,
        report.edges,
        report.unknowns.len(),
        peak(),
    );
}

/// The peak memory of the process, as reported by the system.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}

/// Models in layers: each reads two earlier models, or a source, with common SQL constructs.
#[expect(clippy::too_many_lines, reason = "one template")]
fn manifest(count: usize, compiled: bool) -> String {
    let columns: Vec<String> = (0..20).map(|at| format!("field_{at}")).collect();
    let mut nodes = String::new();
    for at in 0..count {
        let reads: Vec<usize> = if at < 20 { vec![] } else { vec![at - 20, at - 7 - at % 13] };
        let relation = |of: usize| {
            if compiled {
                format!("analytics.prod.model_{of}")
            } else {
                format!("{{{{ ref('model_{of}') }}}}")
            }
        };
        let source = if compiled {
            format!("raw.app.table_{}", at % 20)
        } else {
            format!("{{{{ source('app', 'table_{}') }}}}", at % 20)
        };
        let first = reads.first().map_or(source.clone(), |of| relation(*of));
        let second = reads.last().map_or(source, |of| relation(*of));
        let mut list = String::new();
        for (index, column) in columns.iter().enumerate().skip(4) {
            let _ = match index % 4 {
                0 => write!(list, ",\n        coalesce(a.{column}, b.{column}) as {column}"),
                1 => write!(
                    list,
                    ",\n        case when a.{column} > 0 then a.{column} else b.field_0 end as {column}"
                ),
                2 => write!(
                    list,
                    ",\n        sum(b.{column}) over (partition by a.field_0 order by b.field_1) as {column}"
                ),
                _ => write!(list, ",\n        a.{column}"),
            };
        }
        let sql = format!(
            "with a as (\n    select * from {first}\n),\n\nb as (\n    select * from {second} where field_3 is not \
             null\n),\n\njoined as (\n    select\n        a.field_0,\n        a.field_1,\n        b.field_2,\n        \
             b.field_3{list}\n    from a\n    left join b on a.field_0 = b.field_0\n)\n\nselect *, row_number() over \
             (partition by field_0 order by field_1) as rank_{at} from joined\nqualify rank_{at} = 1\n"
        );
        let code = serde_json::Value::String(sql);
        let depends: Vec<String> = reads.iter().map(|of| format!("\"model.shop.model_{of}\"")).collect();
        let compiled_code = if compiled { format!(",\"compiled_code\":{code}") } else { String::new() };
        let _ = write!(
            nodes,
            "{}\"model.shop.model_{at}\":{{\"resource_type\":\"model\",\"name\":\"model_{at}\",\"package_name\":\"shop\",\"original_file_path\":\"models/model_{at}.sql\",\"database\":\"analytics\",\"schema\":\"prod\",\"alias\":\"model_{at}\",\"relation_name\":\"analytics.prod.model_{at}\",\"raw_code\":{code}{compiled_code},\"depends_on\":{{\"nodes\":[{}]}},\"columns\":{{}},\"config\":{{\"materialized\":\"table\"}}}}",
            if at == 0 { "" } else { "," },
            depends.join(",")
        );
    }
    let described: Vec<String> =
        columns.iter().map(|name| format!("\"{name}\":{{\"name\":\"{name}\"}}")).collect();
    let sources: Vec<String> = (0..20)
        .map(|at| {
            format!(
                "\"source.shop.app.table_{at}\":{{\"resource_type\":\"source\",\"name\":\"table_{at}\",\"source_name\":\"app\",\"package_name\":\"shop\",\"original_file_path\":\"models/sources.yml\",\"database\":\"raw\",\"schema\":\"app\",\"identifier\":\"table_{at}\",\"relation_name\":\"raw.app.table_{at}\",\"columns\":{{{}}}}}",
                described.join(",")
            )
        })
        .collect();
    format!(
        "{{\"metadata\":{{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/manifest/v12.json\",\"adapter_type\":\"snowflake\",\"project_name\":\"shop\"}},\"nodes\":{{{nodes}}},\"sources\":{{{}}},\"macros\":{{}},\"exposures\":{{}}}}",
        sources.join(",")
    )
}
