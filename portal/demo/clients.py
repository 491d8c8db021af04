"""What bidders and custodians do on their own devices, done here for the demo's actors.

Their keys come from one secret file in `var/demo`: in a real installation no such file exists,
every party keeps its own key on its own device, and the platform never holds any of them.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from accounts import queries as accounts
from bidding import sealing
from bidding.intake import objects as disk
from bidding.queries import bids as bids_of
from bidding.sealing.keys import Key, lock
from bidding.sealing.stream import HEAD, SEALED_CHUNK
from bidding.sealing.suites import x25519
from bidding.services import bids, examining
from bidding.services import objects as stored
from trading import queries as trading
from trading.models import Tender

SECRET_BYTES = 32


def secret_path() -> Path:
    """Give the file that holds the demo's one secret."""
    return Path(settings.VAR) / "demo" / "actors-secret"


def make_secret() -> None:
    """Make the demo's secret, readable by its owner only."""
    path = secret_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(os.urandom(SECRET_BYTES))


def _seed(who: str) -> bytes:
    return hmac.new(secret_path().read_bytes(), who.encode(), hashlib.sha256).digest()


def device(username: str) -> Key:
    """Give a demo bidder's device key."""
    return Key("bidder-device", _seed(f"device:{username}"))


def paper(username: str) -> Key:
    """Give a demo bidder's recovery key."""
    return Key("bidder-paper", _seed(f"paper:{username}"))


def custodian(username: str) -> Key:
    """Give a demo custodian's key."""
    return Key("custodian", _seed(f"custodian:{username}"))


def public_keys(username: str, code: str, stages: tuple[str, ...]) -> dict[str, str]:
    """Give the public stage keys that a custodian registers for a tender."""
    key = custodian(username)
    return {stage: _text(x25519.public_of(key.stage(code, stage))) for stage in stages}


def write_key_files(bidders: Iterable[str], custodians: Iterable[str], passphrase: str) -> Path:
    """Write the keys as the files that pages and command line take, for whoever plays by hand."""
    folder = secret_path().with_name("keys")
    folder.mkdir(mode=0o700, exist_ok=True)
    held = [("device", device(name), name) for name in bidders]
    held += [("custodian", custodian(name), name) for name in custodians]
    for use, key, name in held:
        path = folder / f"{name}-{use}.json"
        if not path.exists():  # stretched as a browser can
            path.write_bytes(lock(key, passphrase, kdf="pbkdf2-sha256"))
            path.chmod(0o600)
    return folder


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@dataclass(frozen=True)
class Offer:
    """One bid on its way: whose, for what, at which price, with which files."""

    username: str
    owner: str
    tender: Tender
    lot: int
    price: str
    files: Mapping[str, bytes]
    chain: bytes
    escrow: bool = False
    said: Mapping[str, str] | None = None

    @property
    def policy(self) -> sealing.Policy:
        """Give the custody policy of what is handed in now: a bid, or later a last quote."""
        return bids_of.sealing_policy(self.tender)

    @property
    def signer(self) -> Ed25519PrivateKey:
        """Give the key of this submission chain."""
        return device(self.username).submission(self.tender.code, str(self.lot), self.chain)


def submit(  # noqa: PLR0913 - a bid has all these
    *,
    username: str,
    code: str,
    lot: int,
    price: str,
    files: Mapping[str, bytes],
    escrow: bool = False,
    said: Mapping[str, str] | None = None,
    at: datetime,
) -> str:
    """Seal a bid for one lot and hand it in, as the bidder's client does; gives the receipt."""
    actor = accounts.actor(accounts.person(username), at)
    tender = trading.tender_for(actor, code, at)
    owner = actor_organisation(username, at)
    offer = Offer(
        username, owner, tender, lot, price, files, os.urandom(SECRET_BYTES), escrow, said
    )
    sealed = [_seal_stage(offer, stage, at) for stage in offer.policy.stages]
    entries = [entry for entry, _stage in sealed]
    commit = sealing.make_commit(offer.policy, str(lot), entries, None, os.urandom)
    submission = examining.Submission(
        commit,
        sealing.sign_commit(commit, offer.signer),
        code,
        lot,
        tuple(stage for _entry, stage in sealed),
    )
    return bids.hand_in(
        actor=actor, owner=owner, submission=submission, read_head=disk.read_head, at=at
    ).receipt


def actor_organisation(username: str, at: datetime) -> str:
    """Give the code of the organisation a demo bidder works for."""
    role = accounts.roles_at(accounts.person(username), at).select_related("organisation").first()
    if role is None or role.organisation is None:
        raise LookupError(username)
    return role.organisation.uscc


USUAL = {"days": "60", "validity_days": "90", "warranty_months": "36"}


def fields_of(price: str, stage: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give what a demo bid says besides its files."""
    said = dict(USUAL if more is None else more)
    if stage == "technical":
        return said | {"quality": "符合国家现行标准，一次性验收合格"}
    priced = {"price": f"{price}.00", "currency": "CNY"}
    return priced if stage == "price" else said | priced


def _seal_stage(
    offer: Offer, stage: str, at: datetime
) -> tuple[sealing.Entry, examining.SealedStage]:
    bid = sealing.Bid(
        offer.owner,
        fields_of(offer.price, stage, offer.said),
        [_file(name, content) for name, content in offer.files.items()],
        sealing.ed25519_signer(device(offer.username).signing()),
    )
    to = sealing.SealTo(
        (device(offer.username).wrap_public(), paper(offer.username).wrap_public()),
        offer.signer.public_key().public_bytes_raw(),
        offer.escrow,
    )
    doc = bytes.fromhex(offer.tender.text_digest)
    body = bytearray()
    terms = sealing.Terms(offer.policy, doc, str(offer.lot), stage)
    sealed = sealing.seal(terms, bid, to, body.extend)
    readout, content = (_upload(offer.owner, c, at) for c in (sealed.readout, bytes(body)))
    return sealed.entry, examining.SealedStage(
        stage, sealed.core, sealed.wraps, readout, content, len(body)
    )


def _file(name: str, content: bytes) -> sealing.BidFile:
    return sealing.BidFile(name, len(content), lambda: [content])


def share_of(username: str, core: bytes, wraps: bytes) -> bytes:
    """Unwrap a demo bidder's share of its own bid with its device key."""
    return sealing.unwrap_share_b(core, wraps, device(username).wrap_private())


def part_of(username: str, place: tuple[str, str, int], core: bytes, wraps: bytes) -> bytes:
    """Unwrap a demo recovery custodian's part of one bid: tender, stage and seat name its key."""
    code, stage, index = place
    return sealing.unwrap_part(core, wraps, "wrap-e", index, custodian(username).stage(code, stage))


def _upload(owner: str, content: bytes, at: datetime) -> str:
    starts = range(HEAD, len(content), SEALED_CHUNK)
    parts = [content[:HEAD], *(content[start : start + SEALED_CHUNK] for start in starts)]
    name = _text(os.urandom(32))
    entries = dict(enumerate(parts))
    digests = {index: hashlib.sha256(part).digest() for index, part in entries.items()}
    upload = stored.Upload(name, owner, entries, digests)
    with disk.locked(name) as descriptor:
        disk.write(descriptor, entries)
        stored.register_parts(upload=upload, entries=entries, at=at)
    return name
