"""Hold SBOMs to CycloneDX 1.6, strictly, and their package URLs to the rules of package URLs."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error:
        sys.exit(f"{path}: {error}")
    for component in json.loads(text)["components"]:
        purl = PackageURL.from_string(component["purl"])
        assert (purl.type, purl.name, purl.version) == ("cargo", component["name"], component["version"]), purl
        assert purl.to_string() == component["purl"], (purl.to_string(), component["purl"])
print("valid")
