"""Make official documents as PDF/A-3b with the machine-readable data inside, and sign them for the
centre.

The unsigned rendering has the same bytes each time, so anybody who has the data can check it by
rendering again. The signed file is made once and kept by digest. Rendering takes seconds of pure
Python: it runs in a process of its own, never beside a hall (performance.md 5).
"""

import hashlib
import io
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

from ledger import canonical

CERTIFICATE_YEARS = 10


def verification_url(kind: str, subject: str) -> str:
    """Give the page where a paper is checked; its QR code leads there."""
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


def _paths() -> tuple[Path, Path]:
    return settings.KEYS_ROOT / "centre-key.pem", settings.KEYS_ROOT / "centre-certificate.pem"


def ensure_certificate(at: datetime) -> tuple[Path, Path]:
    """Make the centre's signing key and certificate the first time; gives their paths."""
    key, certificate = _paths()
    if not certificate.exists():
        _make_certificate(key, certificate, at)
    return key, certificate


def _make_certificate(key_path: Path, certificate_path: Path, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, settings.SITE_NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * CERTIFICATE_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key_path.touch(mode=0o600)
    key_path.write_bytes(private)
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
