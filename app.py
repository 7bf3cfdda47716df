"""The dashboard: `server` for a WSGI server such as gunicorn; as a program, WattsUp on this machine."""

from __future__ import annotations

if __name__ == "__main__":
    import sys

    from dashboard.__main__ import main

    sys.exit(main(["serve"]))
else:
    from dashboard.serving import web_app
    from wattsup_core.settings import Settings

    server = web_app(Settings.from_env())
