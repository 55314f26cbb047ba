"""What the pages of a browser context showed and said, for whoever reads in a log why a test failed."""

from __future__ import annotations

from collections import deque

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, WebError

#: Characters of a page's visible text, and lines of what it said, that a report shows.
_TEXT = 1_500
_LINES = 15
#: A page that does not answer is one more thing to tell, not to wait for.
_PATIENCE_MS = 5_000


class Witness:
    """Listens to one context from its beginning."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        #: Errors that nobody in the page caught.
        self.errors: list[str] = []
        self._said: deque[str] = deque(maxlen=_LINES)
        context.on("weberror", self._on_error)
        context.on("console", self._on_console)
        context.on("requestfailed", self._on_failed)

    def _on_error(self, error: WebError) -> None:
        self.errors.append(error.error.stack or str(error.error))
        self._said.append(f"uncaught: {error.error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        self._said.append(f"{message.type}: {message.text[:300]}")

    def _on_failed(self, request: Request) -> None:
        self._said.append(f"not loaded: {request.url} ({request.failure})")

    def tell(self) -> str:
        """The pages that are open, and the last of what they said together."""
        pages = [told(page) for page in self.context.pages]
        return "\n".join([*pages, *(f"  said  {line}" for line in self._said)])


def told(page: Page) -> str:
    """Address and visible text of a page; why not, where it does not answer."""
    try:
        text = page.locator("body").inner_text(timeout=_PATIENCE_MS)
    except Error as error:
        text = f"(does not answer: {error.message.splitlines()[0]})"
    shown = " | ".join(line.strip() for line in text.splitlines() if line.strip())
    return f"page {page.url}\n  shows {shown[:_TEXT]}"
