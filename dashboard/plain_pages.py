"""Pages that stand without Dash: what a person reads where there is no dashboard."""

from __future__ import annotations

from markupsafe import escape

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
    <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · WattsUp</title>
        <style>
            body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40ch; margin: 20vh auto 0; padding: 0 16px; overflow-wrap: anywhere; }}
        </style>
    </head>
    <body>
        <h1>{heading}</h1>
        <p>{text}</p>
    </body>
</html>
"""
NO_PAGE = PAGE.format(
    title="No such page",
    heading="There is no page here",
    text='The address may be mistyped, or the page has moved. <a href="/">Go to WattsUp</a>',
)


def unknown_name(name: str, hint: str) -> str:
    """The page of somebody who asks by a name that is not let in."""
    return PAGE.format(
        title="Unknown name", heading="WattsUp does not answer to this name", text=f"You asked for {escape(name)}. {escape(hint)}"
    )
