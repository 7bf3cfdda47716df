"""The HTML document that holds the dashboard."""

from __future__ import annotations

import re
from typing import Any

from dash import Dash

BOOT_SCRIPT = "theme-boot.js"
DESCRIPTION = "Finds when you used electricity out of character, says why, and what it cost."
INDEX = """<!DOCTYPE html>
<html lang="en-GB">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <script src="/assets/theme-boot.js"></script>
        {%favicon%}
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <noscript>WattsUp draws its charts with JavaScript. Allow it for this site and reload the page.</noscript>
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>"""
UNUSED = re.compile(r'<script src="[^"]*/(?:polyfill@|dash_table/)[^"]*"></script>\s*')
"""What Dash has every page load: its table, which is not on ours, and all of JavaScript once more for browsers of 2015, which keeps a page
from being drawn. Of that Dash itself needs the runtime of generators; it is in ``assets/``."""


class Document(Dash):
    """Dash in a document that loads no script which nothing in it uses."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash names each part, and gives them by name
        """The whole document, as Dash asks for it."""
        parts["scripts"] = UNUSED.sub("", parts["scripts"])
        return str(super().interpolate_index(**parts))  # type: ignore[no-untyped-call]
