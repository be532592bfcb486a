"""Files that are not read, and why."""

from __future__ import annotations

import io
import zipfile

from reader.documents.make_documents import case, document_xml, docx, p


@case("no_text.docx", refused="document.empty")
def _() -> bytes:
    return docx(p("<w:r><w:drawing/></w:r>"))


@case("dtd.docx", refused="document.entities")
def _() -> bytes:
    return docx(
        "",
        document='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + document_xml(p("&a;")).removeprefix('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'),
    )


@case("laughs.docx", refused="document.entities")
def _() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return docx("", document=f"<!DOCTYPE d [{entities}]><d>&a8;</d>")


@case("bomb.docx", refused="document.too_large")
def _() -> bytes:
    return docx("", document=document_xml(p("甲" + " " * (40 << 20))))


@case("deep.docx", refused="document.broken")
def _() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 5000 + p("甲") + "</w:sdtContent></w:sdt>" * 5000)


@case("cut.docx", refused="document.broken")
def _() -> bytes:
    return docx(p("种植1200亩。" * 500))[:-300]


@case("damaged_xml.docx", refused="document.broken")
def _() -> bytes:
    return docx("", document=document_xml(p("甲")).replace("</w:p>", ""))


@case("password.docx", refused="document.encrypted")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(400)


@case("password_zip.docx", refused="document.encrypted")
def _() -> bytes:
    data = bytearray(docx(p("甲")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


@case("workbook.docx", refused="document.not_a_document")
def _() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@case("公文.ofd", refused="document.not_a_document")
def _() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
    return buffer.getvalue()


@case("single_file_page.doc", refused="document.not_a_document")
def _() -> bytes:
    return b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nPGh0bWw+"


@case("word_2003.xml", refused="document.entities")
def _() -> bytes:
    return (
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    )


@case("old_workbook.doc", refused="document.not_a_document")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le") + bytes(400)


@case("picture.docx", refused="document.not_a_document")
def _() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


@case("nothing.docx", refused="document.empty")
def _() -> bytes:
    return b""


@case("noise.txt", refused="document.encoding")
def _() -> bytes:
    return bytes((n * 7919 + n // 3) % 256 for n in range(4000))


@case("data.xml", refused="document.not_a_document")
def _() -> bytes:
    return b'<?xml version="1.0"?><rows><row/></rows>'
