use quick_xml::{XmlVersion, events::BytesStart};

/// How deep elements may stand in each other.
pub(super) const DEEPEST: usize = 1_000;

/// An element with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// A name such as `_.fcp.ObjectModelTableType.true...relation` is `relation`, written for a release that knows more.
    pub(super) fn of(start: &BytesStart<'_>) -> Self {
        const MOST: usize = 200;
        let name = String::from_utf8_lossy(start.name().into_inner()).into_owned();
        let name = name.rsplit("...").next().unwrap_or_default().to_owned();
        let mut attributes = Vec::new();
        // An attribute that can't be read is as good as none: those that count are asked for by name.
        for attribute in start.attributes().with_checks(false).flatten().take(MOST) {
            let name = String::from_utf8_lossy(attribute.key.into_inner());
            let name = name.rsplit("...").next().unwrap_or_default().to_owned();
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                // It names an entity of its own, which is not expanded.
                Err(_) => String::from_utf8_lossy(&attribute.value).into_owned(),
            };
            attributes.push((name, value));
        }
        Self { name, attributes }
    }

    /// An attribute; an empty one is none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same as a value of its own.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}
