"""Check an envelope with securesystemslib, and what is in it with in-toto's own types.

Arguments: the envelope's file, the key's number, the public key in hex. Ends with 1 where the signature does not hold.
"""

import json
import sys

from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

path, key_id, point = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    envelope = Envelope.from_dict(json.load(file))
try:
    envelope.verify([SSlibKey(key_id, "ed25519", "ed25519", {"public": point})], 1)
except VerificationError as error:
    sys.exit(str(error))
assert envelope.payload_type == "application/vnd.in-toto+json", envelope.payload_type
payload = json.loads(envelope.payload)
# A field that the types do not know is an error.
Statement.copy_from_pb(ParseDict(payload, statement_pb2.Statement())).validate()
assert payload["predicateType"] == "https://slsa.dev/provenance/v1"
provenance = ParseDict(payload["predicate"], provenance_pb2.Provenance())
definition = provenance.build_definition
assert definition.build_type and provenance.run_details.builder.id
assert definition.external_parameters["commit"] == definition.resolved_dependencies[0].digest["gitCommit"]
for dependency in definition.resolved_dependencies:
    ResourceDescriptor.copy_from_pb(dependency).validate()
print("verified")
