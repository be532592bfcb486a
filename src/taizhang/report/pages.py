"""One HTML page that holds all it needs: it loads nothing from outside, and its content policy forbids it."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

_BASE = Path(__file__).parent / "page" / "base.css"


def self_contained(title: str, body: str, style: str, script: str) -> str:
    """Return the text of a page in the common style, to which ``style`` adds.

    ``body`` is markup, ``title`` is text; ``style`` and ``script`` must not hold their own end tags.
    """
    style = _BASE.read_text(encoding="utf-8") + style
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
