"""A Sigstore of its own, on loopback: a CI that gives its word, Fulcio with its log of certificates, Rekor, an authority for times.

python3 sigstore_instance.py FOLDER

Writes FOLDER/trust_config.json, prints the address of the CI, and serves until it is killed. It judges what it is sent as the real
ones do: the identity token must be its CI's, for `sigstore`, and the key must sign for its owner.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ISSUER = "https://token.actions.githubusercontent.com"
WORKFLOW = "example/abacus/.github/workflows/release.yml"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
JOB_SECRET = "secret-of-the-job"
TOKEN_KEY = os.urandom(32)
START = "2020-01-01T00:00:00Z"
ECDSA = ec.ECDSA(hashes.SHA256())


def b64(data):
    return base64.b64encode(data).decode()


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_url64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def authority(name, issuer=None, usage=None):
    """A certificate of an authority, or of a signer of times, with its key."""
    key = ec.generate_private_key(ec.SECP384R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "test"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above, above_key = issuer or (None, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - datetime.timedelta(days=1))
        .not_valid_after(now() + datetime.timedelta(days=3650))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(usage is not None, False, False, False, False, usage is None, usage is None, False, False), critical=True
        )
    )
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(above_key, hashes.SHA384()), key


class Fulcio:
    """Certificates that live for ten minutes, and the log in which each of them is."""

    def __init__(self):
        self.root = authority("root")
        self.issuer = authority("issuer", self.root)
        self.log_key = ec.generate_private_key(ec.SECP256R1())

    def certify(self, request):
        claims = read_token(request["credentials"]["oidcIdentityToken"])
        asked = request["publicKeyRequest"]
        key = serialization.load_pem_public_key(asked["publicKey"]["content"].encode())
        key.verify(base64.b64decode(asked["proofOfPossession"]), claims["sub"].encode(), ECDSA)
        certificate = self.signed(key, claims)
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": [pem(it) for it in [certificate, self.issuer[0], self.root[0]]]}}}

    def signed(self, key, claims):
        certificate, issuer_key = self.issuer
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - datetime.timedelta(seconds=5))
            .not_valid_after(now() + datetime.timedelta(minutes=10))
            .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier("https://github.com/" + claims["job_workflow_ref"])]),
                critical=True,
            )
        )
        first = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.57264.1.1"), claims["iss"].encode())
        builder = builder.add_extension(first, critical=False)
        repository = "https://github.com/" + claims["repository"]
        run = f"{repository}/actions/runs/{claims['run_id']}/attempts/{claims['run_attempt']}"
        for number, value in {8: claims["iss"], 12: repository, 13: claims["sha"], 14: claims["ref"], 21: run}.items():
            text = value.encode()
            length = bytes([len(text)]) if len(text) < 128 else bytes([0x81, len(text)])
            oid = ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, b"\x0c" + length + text), critical=False)
        # The log signs the certificate as it is without the log's own word.
        unlogged = builder.sign(issuer_key, hashes.SHA384()).tbs_certificate_bytes
        stamp = int(time.time() * 1000).to_bytes(8, "big")
        entry = b"\0\0" + stamp + b"\0\1" + hashlib.sha256(spki(issuer_key)).digest() + len(unlogged).to_bytes(3, "big") + unlogged + b"\0\0"
        word = self.log_key.sign(entry, ECDSA)
        sct = b"\0" + hashlib.sha256(spki(self.log_key)).digest() + stamp + b"\0\0" + b"\4\3" + len(word).to_bytes(2, "big") + word
        listed = len(sct).to_bytes(2, "big") + sct
        listed = len(listed).to_bytes(2, "big") + listed
        octets = b"\x04" + (bytes([len(listed)]) if len(listed) < 128 else bytes([0x81, len(listed)])) + listed
        scts = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), octets)
        return builder.add_extension(scts, critical=False).sign(issuer_key, hashes.SHA384())


class Rekor:
    """A log that anybody can check: RFC 6962's tree over all entries."""

    NAME = "rekor.test"

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(spki(self.key)).digest()
        self.leaves = []

    def add(self, request):
        content = request["spec"]["proposedContent"]
        envelope = json.loads(content["envelope"])
        [signature], [verifier] = envelope["signatures"], content["verifiers"]
        payload = base64.b64decode(envelope["payload"])
        sort = envelope["payloadType"]
        signed = f"DSSEv1 {len(sort)} {sort} {len(payload)} ".encode() + payload
        certificate = x509.load_pem_x509_certificate(base64.b64decode(verifier))
        certificate.public_key().verify(base64.b64decode(signature["sig"]), signed, ECDSA)
        body = canonical(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": {"algorithm": "sha256", "value": hashlib.sha256(content["envelope"].encode()).hexdigest()},
                    "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()},
                    "signatures": [{"signature": signature["sig"], "verifier": b64(pem(certificate).encode())}],
                },
            }
        )
        self.leaves.append(hashlib.sha256(b"\0" + body).digest())
        index, when = len(self.leaves) - 1, int(time.time())
        root = tree(self.leaves)
        note = f"{self.NAME} - 1\n{len(self.leaves)}\n{b64(root)}\n"
        word = b64(self.id[:4] + self.key.sign(note.encode(), ECDSA))
        promise = canonical({"body": b64(body), "integratedTime": when, "logID": self.id.hex(), "logIndex": index})
        entry = {
            "body": b64(body),
            "integratedTime": when,
            "logID": self.id.hex(),
            "logIndex": index,
            "verification": {
                "signedEntryTimestamp": b64(self.key.sign(promise, ECDSA)),
                "inclusionProof": {
                    "checkpoint": f"{note}\n\u2014 {self.NAME} {word}\n",
                    "hashes": [it.hex() for it in path(index, self.leaves)],
                    "logIndex": index,
                    "rootHash": root.hex(),
                    "treeSize": len(self.leaves),
                },
            },
        }
        return {self.leaves[-1].hex(): entry}


class Times:
    """An authority for times, by OpenSSL. None where that is not there."""

    def __init__(self, folder):
        self.folder = folder
        self.root = authority("times root")
        self.signer = authority("times", self.root, ExtendedKeyUsageOID.TIME_STAMPING)
        self.write("signer.pem", pem(self.signer[0]).encode())
        private = self.signer[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.write("signer.key", private)
        self.write("serial", b"01\n")
        self.write(
            "times.cnf",
            b"[tsa]\ndefault_tsa = one\n[one]\nserial = serial\ndefault_policy = 1.2.3.4.1\nsigner_digest = sha256\n"
            b"digests = sha256, sha384, sha512\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n",
        )

    def write(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)

    def stamp(self, query):
        self.write("query", query)
        command = "openssl ts -reply -config times.cnf -section one -queryfile query -signer signer.pem -inkey signer.key -out reply"
        subprocess.run(command.split(), cwd=self.folder, check=True, capture_output=True)
        with open(os.path.join(self.folder, "reply"), "rb") as file:
            return file.read()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(count):
    at = 1
    while at * 2 < count:
        at *= 2
    return at


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    at = split(len(leaves))
    return node(tree(leaves[:at]), tree(leaves[at:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    at = split(len(leaves))
    if index < at:
        return path(index, leaves[:at]) + [tree(leaves[at:])]
    return path(index - at, leaves[at:]) + [tree(leaves[:at])]


def token(audience):
    """The word of the CI for its one job."""
    reference = "refs/tags/v4.0.0"
    claims = {
        "iss": ISSUER,
        "sub": f"repo:example/abacus:ref:{reference}",
        "aud": audience,
        "iat": int(time.time()),
        "exp": int(time.time()) + 300,
        "job_workflow_ref": f"{WORKFLOW}@{reference}",
        "repository": "example/abacus",
        "ref": reference,
        "sha": COMMIT,
        "run_id": "17",
        "run_attempt": "1",
    }
    text = url64(canonical({"alg": "HS256", "typ": "JWT"})) + "." + url64(canonical(claims))
    return text + "." + url64(hmac.digest(TOKEN_KEY, text.encode(), "sha256"))


def read_token(text):
    signed, word = text.rsplit(".", 1)
    if not hmac.compare_digest(hmac.digest(TOKEN_KEY, signed.encode(), "sha256"), from_url64(word)):
        raise ValueError("the token is not of the CI")
    claims = json.loads(from_url64(signed.split(".")[1]))
    if claims["aud"] != "sigstore" or claims["exp"] < time.time():
        raise ValueError("the token is not for sigstore, or not for now")
    return claims


def log(key, url):
    raw = spki(key)
    public = {"rawBytes": b64(raw), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": {"start": START}}
    return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": {"keyId": b64(hashlib.sha256(raw).digest())}}


def signers(url, *certificates):
    chain = {"certificates": [{"rawBytes": b64(der(it))} for it in certificates]}
    subject = {"organization": "test", "commonName": "test"}
    return {"subject": subject, "uri": url, "certChain": chain, "validFor": {"start": START}}


def trust_config(url, fulcio, rekor, times):
    def service(path="", version=1):
        return {"url": url + path, "majorApiVersion": version, "validFor": {"start": START}, "operator": "test"}

    return {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log(rekor.key, url)],
            "certificateAuthorities": [signers(url, fulcio.issuer[0], fulcio.root[0])],
            "ctlogs": [log(fulcio.log_key, url)],
            "timestampAuthorities": [signers(url, times.signer[0], times.root[0])] if times else [],
        },
        "signingConfig": {
            "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls": [service()],
            "oidcUrls": [service("/oidc")],
            "rekorTlogUrls": [service()],
            "tsaUrls": [service("/api/v1/timestamp")] if times else [],
            "rekorTlogConfig": {"selector": "ANY"},
            "tsaConfig": {"selector": "ANY"},
        },
    }


def serve(folder):
    fulcio, rekor = Fulcio(), Rekor()
    times = Times(folder) if shutil.which("openssl") else None

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status, body, sort="application/json"):
            self.send_response(status)
            self.send_header("Content-Type", sort)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            secret = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if not secret.startswith(JOB_SECRET):
                return self.answer(401, b"{}")
            [audience] = parse_qs(urlparse(self.path).query)["audience"]
            # Whoever asks for another's word gets a token that nobody signed.
            word = token(audience) if secret == JOB_SECRET else token(audience)[:-8] + "AAAAAAAA"
            self.answer(200, canonical({"value": word}))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                if self.path == "/api/v1/timestamp":
                    return self.answer(200, times.stamp(body), "application/timestamp-reply")
                act = {"/api/v2/signingCert": fulcio.certify, "/api/v1/log/entries": rekor.add}[self.path]
                self.answer(201, canonical(act(json.loads(body))))
            except (InvalidSignature, KeyError, ValueError) as error:
                # The real ones repeat what they were sent, too.
                self.answer(400, canonical({"code": 3, "message": f"{error!r} in {body.decode(errors='replace')}"}))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    with open(os.path.join(folder, "trust_config.json"), "wb") as file:
        file.write(canonical(trust_config(url, fulcio, rekor, times)))
    print(f"{url}/token?job=1", flush=True)
    server.serve_forever()


serve(sys.argv[1])
