"""The bill of materials: CycloneDX 1.6 in JSON, through CycloneDX's own library.

The same parts give the same bytes: there is no time in it, and its serial number is derived from its contents.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import files
import inventory
import notices
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

TYPES = {
    "crate": ComponentType.LIBRARY,
    "npm": ComponentType.LIBRARY,
    "python": ComponentType.LIBRARY,
    "tool": ComponentType.LIBRARY,
    "std": ComponentType.LIBRARY,
    "interpreter": ComponentType.PLATFORM,
    "snapshot": ComponentType.FILE,
}


def address(item: inventory.Item) -> PackageURL | None:
    """The package URL of a part."""
    match item.kind:
        case "crate":
            return PackageURL("cargo", None, item.name, item.version)
        case "npm":
            namespace, _, name = item.name.rpartition("/")
            return PackageURL("npm", namespace or None, name, item.version)
        case "python" | "tool":
            return PackageURL("pypi", None, item.name.lower().replace("_", "-"), item.version)
        case "interpreter":
            return PackageURL("github", "python", item.name, f"v{item.version}")
        case "std":
            return PackageURL("github", "rust-lang", "rust", item.version)
        case _:
            return None


def component(item: inventory.Item) -> Component:
    """A part as CycloneDX describes it."""
    named = "see THIRD-PARTY.txt" if item.licence == notices.UNNAMED else item.licence
    licences = [LicenseFactory().make_from_string(named)] if named else []
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=item.sha256)] if item.sha256 else []
    return Component(
        type=TYPES[item.kind],
        name=item.name,
        version=item.version,
        bom_ref=item.key,
        purl=address(item),
        licenses=licences,
        hashes=hashes,
        properties=[Property(name=name, value=value) for name, value in item.facts],
    )


def document(parts: inventory.Inventory) -> dict[str, Any]:
    """The bill of materials."""
    program = Component(
        type=ComponentType.APPLICATION,
        name="belljar",
        version=files.version(),
        bom_ref=inventory.ROOT_KEY,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )
    bom = Bom(
        metadata=BomMetaData(component=program),
        components=[component(item) for item in parts.items.values()],
        dependencies=[
            Dependency(BomRef(key), [Dependency(BomRef(need)) for need in needs])
            for key, needs in parts.needs.items()
        ],
    )
    out: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    del out["metadata"]["timestamp"]
    del out["serialNumber"]
    contents = json.dumps(out, sort_keys=True)
    out["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_URL, contents).urn
    return out


def written(parts: inventory.Inventory) -> bytes:
    """The bill of materials as a file."""
    return (json.dumps(document(parts), indent=1, sort_keys=True) + "\n").encode()
