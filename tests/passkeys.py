"""A security key in software, and a browser that may lie: what a hostile person would build."""

from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.http import int_to_base36
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
TOUCHED = FLAG.UP
TOUCHED_BY_ITS_OWNER = FLAG.UP | FLAG.UV
HERE = "localhost"
"""The one host for which passkeys work without TLS."""


@dataclass
class SecurityKey:
    """A key whose owner shows a PIN or a finger only if `flags` says so."""

    flags: FLAG = TOUCHED_BY_ITS_OWNER
    origin: str = f"http://{HERE}"
    rp_id: str = HERE
    number: bytes = field(default_factory=lambda: token_bytes(32))
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, challenge: str, *, passwordless: bool = True) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        public = ES256.from_cryptography_key(self.secret.public_key())
        attested = AttestedCredentialData.create(bytes(Aaguid.NONE), self.number, public)
        about = AuthenticatorData.create(
            sha256(self.rp_id.encode()), self.flags | FLAG.AT, 0, attested
        )
        said = self._said(CollectedClientData.TYPE.CREATE, challenge)
        response = {
            "clientDataJSON": websafe_encode(said),
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
        }
        return self._answer(response) | {
            "clientExtensionResults": {"credProps": {"rk": passwordless}}
        }

    def signed(self, challenge: str, person: int) -> dict[str, Any]:
        """Answer `navigator.credentials.get`, as the person of the number."""
        about = AuthenticatorData.create(sha256(self.rp_id.encode()), self.flags, 0)
        said = self._said(CollectedClientData.TYPE.GET, challenge)
        signature = self.secret.sign(about + said.hash, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(about),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(int_to_base36(person).encode()),
        }
        return self._answer(response) | {"clientExtensionResults": {}}

    def _said(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        return {"id": number, "rawId": number, "type": "public-key", "response": response}
