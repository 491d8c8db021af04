"""Look at a PDF somebody brings: is it signed by the centre, is it whole, what data is inside?

Bytes from strangers are read in a process of their own, with little memory and time:
`python -m ledger.inspection CERTIFICATE < file.pdf` writes what it found as JSON. No Django.
"""

import json
import resource
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.errors import DomainError
from kernel.text import gettext_noop as _

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

SECONDS = 20
PROCESSOR_SECONDS = 10
MEMORY = 1 << 30
LONGEST_RECORD = 1_000_000
AT_ONCE = threading.BoundedSemaphore(2)


class Busy(DomainError):
    """Too many files are being looked at."""

    status = 503


@dataclass(frozen=True)
class Inspected:
    """What was found in a file."""

    is_readable: bool = False
    is_signed: bool = False
    is_by_centre: bool = False
    is_intact: bool = False
    is_whole: bool = False
    signed_by: str = ""
    signed_at: str = ""
    record: str = ""

    @property
    def is_sound(self) -> bool:
        """Tell whether the centre's signature stands over every byte."""
        return self.is_by_centre and self.is_intact and self.is_whole


def inspect_apart(content: bytes, certificate: Path) -> Inspected:
    """Inspect a file in a process of its own; one that cannot be read is simply unreadable."""
    if not AT_ONCE.acquire(timeout=SECONDS):
        raise Busy("document.busy", _("正在核验的文件较多，请稍后再试。"))
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the input is data
            [sys.executable, "-m", "ledger.inspection", str(certificate)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
    except subprocess.SubprocessError:
        return Inspected()
    finally:
        AT_ONCE.release()
    return Inspected(**json.loads(done.stdout))


def inspect(content: bytes, certificate: bytes) -> Inspected:
    """Inspect a file in this process."""
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - half a second to import
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    try:
        reader = PdfFileReader(BytesIO(content))
        record = _attached(reader)
        signatures = reader.embedded_signatures
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Inspected()
    if not signatures:
        return Inspected(is_readable=True, record=record)
    return _signed(signatures[-1], certificate, record)


def _signed(signature: "EmbeddedPdfSignature", certificate: bytes, record: str) -> Inspected:
    from pyhanko.keys import load_certs_from_pemder_data  # noqa: PLC0415 - slow to import
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    centre = next(iter(load_certs_from_pemder_data(certificate)))
    context = ValidationContext(trust_roots=[centre], allow_fetching=False)
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except Exception:  # noqa: BLE001 - whatever a forged signature makes the library stumble over
        return Inspected(is_readable=True, is_signed=True, record=record)
    signer = status.signing_cert
    return Inspected(
        is_readable=True,
        is_signed=True,
        is_by_centre=signer.sha256 == centre.sha256,
        is_intact=bool(status.intact and status.valid),
        is_whole=getattr(status.coverage, "name", "") == "ENTIRE_FILE",
        signed_by=str(signer.subject.human_friendly),
        signed_at=_time(status.signer_reported_dt),
        record=record,
    )


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _attached(reader: "PdfFileReader") -> str:
    """Give the text of record.json inside the file, or nothing."""
    for reference in reader.root.get("/AF", ()):
        described = reference.get_object()
        if described.get("/UF", described.get("/F")) == "record.json":
            content: bytes = described["/EF"]["/F"].data
            return content[:LONGEST_RECORD].decode("utf-8", "replace")
    return ""


def main() -> None:
    """Inspect standard input under tight limits and write what was found."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    found = inspect(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes())
    sys.stdout.write(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
