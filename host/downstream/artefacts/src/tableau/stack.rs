use quick_xml::{XmlVersion, events::BytesStart};

/// The maximum nesting of elements.
pub(super) const DEEPEST: usize = 1_000;

/// An element with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// A name such as `_.fcp.ObjectModelTableType.true...relation` is `relation`, written for a newer release.
    pub(super) fn from_start(start: &BytesStart<'_>) -> Self {
        const MOST: usize = 200;
        let name = String::from_utf8_lossy(start.name().into_inner()).into_owned();
        let name = name.rsplit("...").next().unwrap_or_default().to_owned();
        let mut attributes = Vec::new();
        // An invalid attribute is ignored: required ones are looked up by name.
        for attribute in start.attributes().with_checks(false).flatten().take(MOST) {
            let name = String::from_utf8_lossy(attribute.key.into_inner());
            let name = name.rsplit("...").next().unwrap_or_default().to_owned();
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                // It contains an entity that is not expanded.
                Err(_) => String::from_utf8_lossy(&attribute.value).into_owned(),
            };
            attributes.push((name, value));
        }
        Self { name, attributes }
    }

    /// An attribute; an empty one counts as missing.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same as a value of its own.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}
