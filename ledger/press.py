"""Make official documents as PDF/A-3b with the machine-readable data inside, and sign them for the
centre.

The unsigned rendering has the same bytes each time, so anybody who has the data can check it by
rendering again. The signed file is made once and kept by digest. Rendering takes seconds of pure
Python: it runs in a process of its own, never beside a hall (performance.md 5).
"""

import hashlib
import io
import json
import os
import secrets
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from kernel.errors import DomainError
from kernel.text import gettext_noop as _
from ledger import canonical

CERTIFICATE_YEARS = 10
ON_REQUEST = {
    "bid_receipt": "/verify/receipt/",
    "deposit_slip": "/verify/document/",
    "refund_slip": "/verify/document/",
    "invitation": "/verify/document/",
    "prequal_result": "/verify/document/",
    "challenge_letter": "/verify/document/",
    "complaint_decision": "/verify/document/",
    "complaint_notice": "/verify/document/",
    "recording_index": "/verify/document/",
    "observation_sheet": "/verify/document/",
}
"""What is printed for whoever may have it and kept nowhere, by the page where it is checked."""
APART_SECONDS = 60
APART_AT_ONCE = threading.BoundedSemaphore(2)


class Unavailable(DomainError):
    """No paper can be made now; asked again later, it can."""

    status = 503


def verification_url(kind: str, subject: str) -> str:
    """Give the page where a paper is checked; its QR code leads there.

    That of one that is printed on request and kept nowhere leads to a page that names nothing.
    """
    if kind in ON_REQUEST:
        return f"{settings.SITE_URL}{ON_REQUEST[kind]}"
    return f"{settings.SITE_URL}/verify/papers/{quote(kind)}/{quote(subject)}/"


def page_of(kind: str, subject: str, content: dict[str, Any]) -> str:
    """Render the paper as HTML for print; papers are in Chinese, the language of the act."""
    url = verification_url(kind, subject)
    code = segno.make(url, error="m").svg_data_uri(border=0, scale=4, dark="#1c1917")
    context = {**content, "paper_kind": kind, "paper_subject": subject, "verify_url": url}
    context |= {"qr": code, "site_name": settings.SITE_NAME, "content": content}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(f"papers/{kind}.html", context)


def render(kind: str, subject: str, content: dict[str, Any]) -> bytes:
    """Give the unsigned PDF/A-3b; the same data gives the same bytes."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415 - seconds to import, needs Pango
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above

    data = canonical.encode(content)
    attachment = Attachment(
        string=data,
        name="record.json",
        description="Machine-readable data of this document",
        relationship="Data",
        created=datetime(2000, 1, 1, tzinfo=UTC),
        modified=datetime(2000, 1, 1, tzinfo=UTC),
    )
    # A paper reads nothing but what is inside its own page: no file, no network.
    inline = URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
    page = HTML(string=page_of(kind, subject, content), url_fetcher=inline)
    made: bytes = page.write_pdf(
        pdf_variant="pdf/a-3b",
        pdf_identifier=hashlib.sha256(data).digest()[:16],
        attachments=[attachment],
    )
    return made


def sign(document: bytes, reason: str, at: datetime) -> bytes:
    """Sign a PDF for the centre (PAdES)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - half a second to import

    key, certificate = ensure_certificate(at)
    signer = signers.SimpleSigner.load(str(key), str(certificate))
    metadata = signers.PdfSignatureMetadata(
        field_name="Centre",
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    signed = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(document)), metadata, signer=signer, output=signed
    )
    return signed.getvalue()


def made_apart(kind: str, subject: str, content: dict[str, Any]) -> bytes:
    """Make and sign a paper in a process of its own and give its bytes: nothing of it is stored,
    queued or logged, and the data goes by pipe, where no list of processes shows it.
    """
    if not APART_AT_ONCE.acquire(timeout=APART_SECONDS / 2):
        raise Unavailable("paper.busy", _("正在生成的文书较多，请稍后再试。"))
    try:
        return _apart(canonical.encode({"kind": kind, "subject": subject, "content": content}))
    finally:
        APART_AT_ONCE.release()


def _apart(order: bytes) -> bytes:
    command = [sys.executable, str(settings.ROOT / "manage.py"), "press", "--piped"]
    try:
        made = subprocess.run(  # noqa: S603 - our own command; the input is data
            command,
            input=order,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=APART_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as failure:
        raise unavailable() from failure
    return made.stdout


def unavailable() -> Unavailable:
    """Say that no PDF can be made here now; the signed text is what counts."""
    return Unavailable("paper.unavailable", _("PDF 暂不可用，请稍后再试；签名文本不受影响。"))


def piped(order: bytes, at: datetime) -> bytes:
    """Make the paper that came by pipe."""
    asked = json.loads(order)
    plain = render(asked["kind"], asked["subject"], asked["content"])
    return sign(plain, asked["kind"], at)


def _paths() -> tuple[Path, Path]:
    return settings.KEYS_ROOT / "centre-key.pem", settings.KEYS_ROOT / "centre-certificate.pem"


def ensure_certificate(at: datetime) -> tuple[Path, Path]:
    """Make the centre's signing key and certificate the first time; gives their paths.

    Of two processes that start together the first to link each file wins, and the certificate is
    always made from the key that won.
    """
    key, certificate = _paths()
    if not key.exists():
        _keep_first(key, _new_key(), mode=0o600)
    if not certificate.exists():
        _keep_first(certificate, _certificate(key.read_bytes(), at), mode=0o644)
    return key, certificate


def _keep_first(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole or not at all, with its mode from the first byte; never over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _certificate(private: bytes, at: datetime) -> bytes:
    key = serialization.load_pem_private_key(private, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the centre's key is not an elliptic curve key")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, settings.SITE_NAME)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * CERTIFICATE_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _usage() -> x509.KeyUsage:
    """Sign documents, nothing else."""
    uses = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **uses)
