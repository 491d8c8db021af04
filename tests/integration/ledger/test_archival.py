"""What ISO 19005-3 (PDF/A-3b) asks of a paper's structure, read from the finished signed file.

No validator is run here: these are the rules that a template, a font or a new version of the
renderer could break, each looked up in the file itself.
"""

import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

from ledger import canonical, press
from tests.integration.ledger.test_papers import AT, CONTENT

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    from django.conf import settings  # noqa: PLC0415 - after the test settings are loaded

    before, settings.KEYS_ROOT = settings.KEYS_ROOT, tmp_path_factory.mktemp("keys")
    plain = press.render("opening_record", "ZC-2026-0007.whole", canonical.to_plain(CONTENT))
    content = press.sign(plain, "opening_record", AT)
    settings.KEYS_ROOT = before
    return content


@pytest.fixture(scope="module")
def pdf(signed):
    return PdfFileReader(BytesIO(signed))


@pytest.fixture(scope="module")
def objects(pdf):
    """Every dictionary and stream that can be reached from the trailer."""
    found, seen, waiting = [], set(), [pdf.root, pdf.trailer_view.get("/Info")]
    while waiting:
        item = waiting.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, DictionaryObject):
            found.append(item)
            waiting.extend(_inside(item, list(item)))
        elif isinstance(item, ArrayObject):
            waiting.extend(_inside(item, range(len(item))))
    assert len(found) > 50
    return found


def _inside(holder, keys):
    """Follow references, each target once: the reader gives the same object for the same number."""
    return [holder[key] for key in keys if key not in {"/Parent", "/P"}]


def typed(objects, name):
    return [item for item in objects if item.get("/Type") == name]


def test_the_file_says_that_it_is_pdf_a_3b(pdf, objects):
    metadata = pdf.root["/Metadata"]
    assert "/Filter" not in metadata or metadata["/Filter"] == "/FlateDecode"
    tree = ET.fromstring(metadata.data)  # noqa: S314 - our own file
    said = {element.tag: element.text for element in tree.iter() if element.text}
    for description in tree.iter(f"{RDF}Description"):
        said |= description.attrib
    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"]) == ("3", "B")


def test_what_it_says_of_itself_twice_is_the_same_twice(pdf):
    tree = ET.fromstring(pdf.root["/Metadata"].data)  # noqa: S314 - our own file
    info = pdf.trailer_view["/Info"]
    titles = ["".join(element.itertext()).strip() for element in tree.iter(f"{DC}title")]
    assert titles == [str(info["/Title"]).strip()]
    authors = ["".join(element.itertext()).strip() for element in tree.iter(f"{DC}creator")]
    assert authors == [str(info["/Author"])]


def test_colours_have_one_output_intent_with_a_profile(pdf, objects):
    (intent,) = pdf.root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"]
    assert (profile["/N"], profile.data[36:40]) == (3, b"acsp")
    assert not [item for item in objects if item.get("/ColorSpace") == "/DeviceCMYK"]


def test_every_font_is_inside(objects):
    described = typed(objects, "/FontDescriptor")
    assert described
    for font in described:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font), font["/FontName"]
    composite = [font for font in typed(objects, "/Font") if font["/Subtype"] == "/Type0"]
    assert composite
    for font in composite:
        assert "/ToUnicode" in font
        inner = font["/DescendantFonts"].raw_get(0).get_object()
        assert "/FontDescriptor" in inner
        if inner["/Subtype"] == "/CIDFontType2":
            assert "/CIDToGIDMap" in inner
    simple = [f for f in typed(objects, "/Font") if f["/Subtype"] in {"/Type1", "/TrueType"}]
    assert [font for font in simple if "/FontDescriptor" not in font] == []


def test_the_bold_face_is_a_real_one(objects):
    names = {str(font["/FontName"]).split("+")[-1] for font in typed(objects, "/FontDescriptor")}
    assert {"Noto-Serif-CJK-SC-Bold", "Noto-Sans-CJK-SC-Bold"} <= names


def test_the_data_is_attached_and_says_what_it_is(pdf):
    attached = pdf.root["/AF"][0]
    listed = pdf.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert (listed[0], listed[1]["/EF"]["/F"]) == ("record.json", attached["/EF"]["/F"])
    assert (attached["/AFRelationship"], attached["/F"]) == ("/Data", attached["/UF"])
    stream = attached["/EF"]["/F"]
    assert stream["/Subtype"] == "/application/json"
    assert "/ModDate" in stream["/Params"]
    assert stream.data == canonical.encode(canonical.to_plain(CONTENT))


def test_nothing_acts_and_nothing_is_hidden(pdf, objects, signed):
    assert "/Encrypt" not in pdf.trailer_view
    assert "/ID" in pdf.trailer_view
    for name in ("/OpenAction", "/AA", "/Requirements", "/NeedsRendering"):
        assert name not in pdf.root
    assert not [item for item in objects if item.get("/S") in FORBIDDEN_ACTIONS]
    assert not [item for item in objects if item.get("/Subtype") == "/PS"]
    assert not [item for item in objects if isinstance(item, StreamObject) and "/F" in item]
    assert b"/LZWDecode" not in signed
    assert re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", signed)


def test_annotations_print_and_have_an_appearance(objects):
    notes = [item for item in objects if item.get("/Subtype") in {"/Widget", "/Link"}]
    assert notes  # the signature's field at least
    for annotation in notes:
        flags = int(annotation.get("/F", 0))
        assert (flags & 4, flags & (1 | 2 | 32)) == (4, 0)
        empty = [float(edge) for edge in annotation["/Rect"]] == [0, 0, 0, 0]
        assert empty or annotation["/Subtype"] == "/Link" or "/AP" in annotation
