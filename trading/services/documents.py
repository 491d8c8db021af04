"""The files of a draft, kept by their digests."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger.services import store_document
from trading import queries
from trading.domain import files
from trading.models import Attachment, Tender
from trading.services.drafting import lock_draft, tell_change


@transaction.atomic
def attach_document(*, actor: Actor, code: str, document: files.Upload, at: datetime) -> Attachment:
    """Add a file to a draft, kept by its digest; the same bytes are stored once."""
    tender = lock_draft(actor, "tender.change", code)
    _require_open(tender, document.kind)
    kept = keep_upload(tender, document, at)
    tell_change(tender, actor, at, attached=kept.name, sha256=kept.document_id)
    return kept


def keep_upload(tender: Tender, upload: files.Upload, at: datetime) -> Attachment:
    """Check and keep a file of a tender in its next document version."""
    name = files.checked(upload)
    if upload.kind not in Attachment.Kind.values:
        raise Invalid("attachment.kind", _("请选择文件类别。"), field="kind")
    if queries.attachments_of(tender).filter(name=name).exists():
        raise Conflict("attachment.name_taken", _("已有同名文件“%(name)s”。"), name=name)
    stored = store_document(content=upload.content, media_type=files.media_type(name), at=at)
    return Attachment.objects.create(
        tender=tender,
        kind=upload.kind,
        name=name,
        document=stored,
        version=tender.document_version + 1,
        added_at=at,
    )


@transaction.atomic
def remove_document(*, actor: Actor, code: str, number: int, at: datetime) -> None:
    """Take a file out of a draft; its bytes stay known by their digest."""
    tender = lock_draft(actor, "tender.change", code)
    kept = queries.attachment_of(tender, number)
    _require_open(tender, kept.kind)
    kept.removed_at = at
    kept.save(update_fields=["removed_at"])
    tell_change(tender, actor, at, removed=kept.name)


def _require_open(tender: Tender, kind: str) -> None:
    """Refuse to touch what a first notice handed out: it stays what was asked."""
    if queries.is_settled(tender) and kind == queries.gate_of(tender).document:
        raise Conflict(
            "attachment.handed_out",
            _("第一阶段招标文件已经公布，不能增减或者更换。第二阶段的文件请选择其他类别上传。"),
            field="kind",
        )
