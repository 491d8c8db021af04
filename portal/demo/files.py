"""Small real files for the demo, made by hand, so that they open anywhere: Word and PDF."""

import io
import zipfile
from xml.sax.saxutils import escape

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/'
    '2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
LINE, LEADING, TOP = 34, 24, 770  # characters to a line, points between lines, the first line
FACE = "/BaseFont/STSong-Light"
PDF_PARTS = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 8 0 R>>",
    "",  # what the page says
    f"<</Type/Font/Subtype/Type0{FACE}/Encoding/UniGB-UCS2-H/DescendantFonts 10 0 R>>",
    f"<</Type/Font/Subtype/CIDFontType0{FACE}/FontDescriptor 7 0 R/CIDSystemInfo 9 0 R>>",
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/ItalicAngle 0/Ascent 880/Descent -120>>",
    "<</Font<</F 5 0 R>>>>",
    "<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>",
    "[6 0 R]",
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(title: str, paragraphs: list[str]) -> bytes:
    """Write a Word document with a title and paragraphs; the same text gives the same bytes."""
    head = (
        '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="36"/></w:rPr>'
        f"<w:t>{escape(title)}</w:t></w:r></w:p>"
    )
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for text in paragraphs
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}"><w:body>'
        f"{head}{lines}</w:body></w:document>"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", body),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return written.getvalue()


def pdf(title: str, paragraphs: list[str]) -> bytes:
    """Write a PDF of one page in the reader's own Song face; the same text gives the same bytes."""
    lines = [text[at : at + LINE] for text in (title, "", *paragraphs) for at in _starts(text)]
    shown = "".join(f"<{line.encode('utf-16-be').hex()}>Tj T*\n" for line in lines)
    page = f"BT /F 14 Tf {LEADING} TL 60 {TOP} Td\n{shown}ET"
    parts = [*PDF_PARTS]
    parts[3] = f"<</Length {len(page)}>>stream\n{page}\nendstream"
    written, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(parts) + 1
    tail = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    return f"{written}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode("ascii")


def _starts(text: str) -> range:
    return range(0, max(len(text), 1), LINE)
