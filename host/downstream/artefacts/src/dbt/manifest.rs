//! The parts of a manifest that lineage needs: <https://schemas.getdbt.com/dbt/manifest/v12.json> and earlier versions.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use belljar_lineage::budget::{Budget, decoded_size};
use belljar_schema::{Diagnostic, Severity};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// The supported versions of a manifest's format.
const VERSIONS: std::ops::RangeInclusive<u32> = 7..=12;

#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) version: Option<u32>,
    pub(super) adapter: String,
    pub(super) project: String,
    /// Models, snapshots, seeds, tests, analyses, operations, and sources; by id.
    pub(super) nodes: BTreeMap<String, Node>,
    pub(super) macros: BTreeMap<String, Macro>,
    pub(super) exposures: Vec<Exposure>,
    pub(super) metrics: Vec<Value>,
    pub(super) semantic_models: Vec<Value>,
    pub(super) saved_queries: Vec<Value>,
    pub(super) groups: BTreeMap<String, Group>,
    /// Ids of damaged nodes, with the error.
    pub(super) damaged: Vec<(String, String)>,
}

/// A value that may be missing, null or of another form: then it is the default.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let raw = <Box<RawValue>>::deserialize(from)?;
    Ok(serde_json::from_str(raw.get()).unwrap_or_default())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Node {
    pub(super) unique_id: String,
    pub(super) resource_type: String,
    pub(super) name: String,
    pub(super) package_name: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) original_file_path: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) patch_path: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) database: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) schema: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) alias: Option<String>,
    /// For a source: its name in the warehouse.
    #[serde(deserialize_with = "lenient")]
    pub(super) identifier: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) source_name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) relation_name: Option<String>,
    /// `raw_sql` before version 7, and in some tools.
    #[serde(alias = "raw_sql", deserialize_with = "lenient")]
    pub(super) raw_code: Option<String>,
    #[serde(alias = "compiled_sql", deserialize_with = "lenient")]
    pub(super) compiled_code: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) language: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) depends_on: DependsOn,
    #[serde(deserialize_with = "lenient")]
    pub(super) columns: Columns,
    #[serde(deserialize_with = "lenient")]
    pub(super) config: Config,
    #[serde(deserialize_with = "lenient")]
    pub(super) meta: Meta,
    #[serde(deserialize_with = "lenient")]
    pub(super) group: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) version: Option<Value>,
    #[serde(deserialize_with = "lenient")]
    pub(super) latest_version: Option<Value>,
    #[serde(deserialize_with = "lenient")]
    pub(super) test_metadata: Option<TestMetadata>,
    #[serde(rename = "column_name", deserialize_with = "lenient")]
    pub(super) column: Option<String>,
    #[serde(rename = "attached_node", deserialize_with = "lenient")]
    pub(super) attached: Option<String>,
    /// For a source: the column or expression for its freshness.
    #[serde(deserialize_with = "lenient")]
    pub(super) loaded_at_field: Option<String>,
}

/// Columns in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Columns(pub(super) Vec<NodeColumn>);

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Columns;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("columns by name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Columns, A::Error> {
                let mut columns = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let raw: Box<RawValue> = map.next_value()?;
                    let mut column: NodeColumn = serde_json::from_str(raw.get()).unwrap_or_default();
                    if column.name.is_empty() {
                        column.name = key;
                    }
                    columns.push(column);
                }
                Ok(Columns(columns))
            }
        }
        from.deserialize_map(InOrder)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NodeColumn {
    pub(super) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) data_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) quote: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DependsOn {
    #[serde(deserialize_with = "lenient")]
    pub(super) nodes: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Config {
    #[serde(deserialize_with = "lenient")]
    pub(super) materialized: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) meta: Meta,
    #[serde(deserialize_with = "lenient")]
    pub(super) group: Option<String>,
    /// All settings, for `config.get` in a template.
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    #[serde(deserialize_with = "lenient")]
    pub(super) owner: Option<Value>,
    #[serde(deserialize_with = "lenient")]
    pub(super) owners: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TestMetadata {
    pub(super) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) namespace: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) kwargs: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Macro {
    pub(super) name: String,
    pub(super) package_name: String,
    #[serde(rename = "macro_sql", deserialize_with = "lenient")]
    pub(super) sql: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Exposure {
    pub(super) unique_id: String,
    pub(super) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) label: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) original_file_path: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) owner: Option<Value>,
    #[serde(deserialize_with = "lenient")]
    pub(super) depends_on: DependsOn,
    #[serde(deserialize_with = "lenient")]
    pub(super) meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Group {
    pub(super) name: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) owner: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "lenient")]
    dbt_schema_version: String,
    #[serde(deserialize_with = "lenient")]
    adapter_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    project_name: Option<String>,
}

/// Reads as far as the bytes can be parsed, and as long as the size of the result is in proportion to them.
pub(super) fn parse_manifest(bytes: &[u8], path: &str, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    let mut manifest = Manifest::default();
    let mut metadata = None;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let budget = Budget::for_size(bytes.len());
    let seed = Whole { manifest: &mut manifest, metadata: &mut metadata, budget };
    let ended = seed.deserialize(&mut reader).and_then(|()| reader.end());
    let ended_well = ended.is_ok();
    if let Err(error) = ended {
        let text = format!("the manifest is damaged: {error}; the part before that was read");
        let diagnostic =
            Diagnostic::new(Severity::Error, "manifest-damaged", text).at(path, line(error.line()));
        diagnostics.push(diagnostic.hint("generate it again with `dbt parse`"));
    }
    let is_empty = metadata.is_none() && ended_well && manifest.is_empty();
    if is_empty {
        let text = "it is JSON, but not a manifest: it has neither `metadata` nor nodes";
        let diagnostic = Diagnostic::new(Severity::Error, "manifest-damaged", text).at(path, 0);
        diagnostics.push(diagnostic.hint("pass the `target/manifest.json` of `dbt parse`"));
        return manifest;
    }
    let metadata = metadata.unwrap_or_else(|| {
        let text = "the manifest has no `metadata`, so its version and its dialect are unknown";
        let diagnostic = Diagnostic::new(Severity::Warning, "manifest-version", text).at(path, 0);
        diagnostics.push(diagnostic.hint("pass the `target/manifest.json` of `dbt parse`"));
        Metadata::default()
    });
    manifest.adapter = metadata.adapter_type.unwrap_or_default();
    manifest.project = metadata.project_name.unwrap_or_default();
    manifest.version = version(&metadata.dbt_schema_version);
    if let Some(version) = manifest.version
        && !VERSIONS.contains(&version)
    {
        let nearest = version.clamp(*VERSIONS.start(), *VERSIONS.end());
        let text = format!("manifest version {version} is not supported; it was read as version {nearest}");
        let hint = format!("versions {} to {} are supported", VERSIONS.start(), VERSIONS.end());
        diagnostics.push(Diagnostic::new(Severity::Warning, "manifest-version", text).at(path, 0).hint(hint));
    } else if manifest.version.is_none() && !metadata.dbt_schema_version.is_empty() {
        let text =
            format!("`{}` is not a manifest version; it was read as version 12", metadata.dbt_schema_version);
        let hint = "pass `target/manifest.json`, not another artefact of dbt";
        diagnostics.push(Diagnostic::new(Severity::Warning, "manifest-version", text).at(path, 0).hint(hint));
    }
    if !manifest.damaged.is_empty() {
        let text = format!("{} nodes of the manifest are damaged and were skipped", manifest.damaged.len());
        diagnostics.push(Diagnostic::new(Severity::Warning, "node-damaged", text).at(path, 0));
    }
    manifest
}

impl Manifest {
    /// It has no name and no inputs.
    fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.macros.is_empty()
            && self.exposures.is_empty()
            && self.damaged.is_empty()
    }
}

fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(0)
}

/// The version at the end of a URL such as `https://schemas.getdbt.com/dbt/manifest/v12.json`.
fn version(url: &str) -> Option<u32> {
    let (before, last) = url.rsplit_once('/')?;
    before.ends_with("manifest").then_some(())?;
    last.strip_prefix('v')?.strip_suffix(".json")?.parse().ok()
}

struct Whole<'m> {
    manifest: &'m mut Manifest,
    metadata: &'m mut Option<Metadata>,
    budget: Budget,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { manifest, metadata, mut budget } = self;
        let budget = &mut budget;
        while let Some(key) = map.next_key::<String>()? {
            let Manifest {
                nodes,
                macros,
                exposures,
                metrics,
                semantic_models,
                saved_queries,
                groups,
                damaged,
                ..
            } = &mut *manifest;
            match key.as_str() {
                "metadata" => *metadata = Some(map.next_value()?),
                "nodes" | "sources" => {
                    map.next_value_seed(each(budget, damaged, |id: String, mut node: Node| {
                        node.unique_id.clone_from(&id);
                        nodes.insert(id, node);
                    }))?;
                }
                "macros" => map.next_value_seed(each(budget, damaged, |id, one| {
                    macros.insert(id, one);
                }))?,
                "exposures" => map.next_value_seed(each(budget, damaged, |id, one: Exposure| {
                    exposures.push(Exposure { unique_id: id, ..one });
                }))?,
                "metrics" => map.next_value_seed(each(budget, damaged, |_, one| metrics.push(one)))?,
                "semantic_models" => {
                    map.next_value_seed(each(budget, damaged, |_, one| semantic_models.push(one)))?;
                }
                "saved_queries" => {
                    map.next_value_seed(each(budget, damaged, |_, one| saved_queries.push(one)))?;
                }
                "groups" => map.next_value_seed(each(budget, damaged, |_, one: Group| {
                    groups.insert(one.name.clone(), one);
                }))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Each entry of a map separately: a damaged one does not affect others.
struct Each<'d, T, F> {
    budget: &'d mut Budget,
    damaged: &'d mut Vec<(String, String)>,
    take: F,
    of: PhantomData<T>,
}

fn each<'d, T, F: FnMut(String, T)>(
    budget: &'d mut Budget,
    damaged: &'d mut Vec<(String, String)>,
    take: F,
) -> Each<'d, T, F> {
    Each { budget, damaged, take, of: PhantomData }
}

impl<'de, T: DeserializeOwned, F: FnMut(String, T)> DeserializeSeed<'de> for Each<'_, T, F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(String, T)> Visitor<'de> for Each<'_, T, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("entries by id")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(id) = map.next_key::<String>()? {
            let raw: &'de RawValue = map.next_value()?;
            if !self.budget.take(decoded_size(raw.get()) + size_of::<(String, T)>() + id.len()) {
                return Err(A::Error::custom(
                    "it has more entries and values than allowed for a file of its size",
                ));
            }
            match serde_json::from_str::<T>(raw.get()) {
                Ok(one) => (self.take)(id, one),
                Err(error) => self.damaged.push((id, error.to_string())),
            }
        }
        Ok(())
    }
}
