"""A small writer of PDF files with Chinese text, for tests: one font whose codes are the characters' own numbers."""

from __future__ import annotations

_MAP = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {} endcmap end"


def pdf(*pages: list[str]) -> bytes:
    """Return a PDF file; each page is a list of lines."""
    used = sorted({ord(char) for page in pages for line in page for char in line})
    ranges = [f"<{code:04X}> <{code:04X}>" for code in used]
    blocks = (ranges[at : at + 100] for at in range(0, len(ranges), 100))
    mapping = _MAP.format(" ".join(f"{len(block)} beginbfchar {' '.join(block)} endbfchar" for block in blocks))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        _stream(mapping),
    ]
    for number, page in enumerate(pages):
        lines = "".join(f"<{''.join(f'{ord(char):04X}' for char in line)}> Tj 0 -30 Td " for line in page)
        resources = "<< /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {7 + 2 * number} 0 R >>")
        objects.append(_stream(f"BT /F 16 Tf 80 750 Td {lines} ET"))
    data, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{written}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
