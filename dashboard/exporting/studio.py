"""One open Chrome in which figures become images and pages become PDF files."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.bundles import PLOTLY
from dashboard.exporting import chrome
from dashboard.exporting.refusals import NoBrowserError

if TYPE_CHECKING:
    from kaleido import Kaleido


POLICY = "default-src 'none'; script-src file:; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
PAPER = {"printBackground": True, "preferCSSPageSize": True}


class Studio:
    """Chrome with Kaleido's page in it. After a failure it `is_broken`, and is not used again."""

    def __init__(self, kaleido: Kaleido, folder: Path) -> None:
        self._kaleido, self._folder = kaleido, folder
        self.is_broken = False

    @classmethod
    async def open(cls, browser: str, folder: Path) -> Studio:
        """Start Chrome with its profile in `folder`.

        Raises
        ------
        NoBrowserError
            When there is none.
        """
        from choreographer.errors import ChromeNotFoundError

        index = folder / "index.html"
        index.write_text(_page())
        profile = folder / "profile"
        profile.mkdir()
        try:
            kaleido = _kaleido_class()(
                n=1,
                timeout=None,  # the server has the clock
                page_generator=index,
                path=chrome.find(browser),
                browser_cls=_browser_class(),
                enable_extensions=False,
                tmp_dir=str(profile),
            )
        except ChromeNotFoundError as error:
            raise NoBrowserError(chrome.NO_BROWSER, "Install Chromium there, or name one in BROWSER_PATH.") from error
        await kaleido.open()
        return cls(kaleido, folder)

    @property
    def is_alive(self) -> bool:
        """Whether Chrome's process is there."""
        return self._kaleido.subprocess.poll() is None

    async def make(self, order: Mapping[str, Any]) -> bytes:
        """The file of an order: ``{"figure", "format", "width", "height", "scale"}`` or ``{"page"}``."""
        self.is_broken = True  # until it is done: a failure may leave anything behind
        if self._kaleido.reloading:
            await self._kaleido.reloading
        made = await (self._print(order) if "page" in order else self._draw(order))
        self.is_broken = False
        return made

    async def _draw(self, order: Mapping[str, Any]) -> bytes:
        options = {name: order[name] for name in ("format", "width", "height", "scale")}
        made: bytes = await self._kaleido.calc_fig(order["figure"], options)
        return made

    async def _print(self, order: Mapping[str, Any]) -> bytes:
        page = self._folder / "page.html"
        page.write_text(order["page"], encoding="utf-8")
        tab = await self._kaleido.create_tab("about:blank", window=True)
        loaded = tab.subscribe_once("Page.loadEventFired")
        await tab.send_command("Page.enable")
        await tab.send_command("Page.navigate", params={"url": page.as_uri()})
        await loaded
        answer = await tab.send_command("Page.printToPDF", params=PAPER)
        await tab.close()
        page.unlink()
        return base64.b64decode(answer["result"]["data"])


def _page() -> str:
    """Kaleido's page, with our own Plotly, no formulas, and a policy that lets it load nothing else."""
    from kaleido import PageGenerator

    page = str(PageGenerator(plotly=PLOTLY.as_uri(), mathjax=False).generate_index())
    return page.replace("<head>", f'<head>\n<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)


def _kaleido_class() -> Any:
    import asyncio

    from kaleido import Kaleido

    class HandsOutFirst(Kaleido):  # type: ignore[misc]  # it has no types
        """Kaleido that hands a file out before it loads its page anew, which takes as long as the file does."""

        reloading: asyncio.Task[None] | None = None

        async def _return_kaleido_tab(self, tab: Any) -> None:
            self.reloading = asyncio.create_task(super()._return_kaleido_tab(tab))

    return HandsOutFirst


def _browser_class() -> Any:
    from choreographer.browsers.chromium import Chromium

    class OurChromium(Chromium):
        """Kaleido's Chromium with our options, in our process group."""

        def get_cli(self) -> Sequence[str]:
            return chrome.launcher(sys.executable, super().get_cli())

        def get_popen_args(self) -> Mapping[str, Any]:
            return chrome.in_our_group(super().get_popen_args())

    return OurChromium
