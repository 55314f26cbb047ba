"""Writes docs/settings.md from :class:`turia.settings.Settings`: ``python -m turia.settings_page [--check] FILE``."""

from __future__ import annotations

import sys
from dataclasses import Field
from pathlib import Path
from typing import Any

from turia.settings import CONFIG_NAME, PREFIX, declared

_HEAD = f"""# Settings

<!-- Generated from server/turia/settings.py by `python -m turia.settings_page docs/settings.md`: change it there. -->

The server reads its settings once, when it starts: first `{CONFIG_NAME}` in the working directory (or the file named by
`--config` or `{PREFIX}CONFIG`), then the environment, then the command line; later ones win. In the environment a
setting is `{PREFIX}` and its name in capitals, lists are separated by commas. Relative paths in the file count from the
file's folder. An unknown name or a wrong value stops the start with a sentence that says what to change.

```toml
# {CONFIG_NAME}
title = "Citiverse Assembly"
host = "0.0.0.0"
port = 443
tls_cert = "cert.pem"
tls_key = "key.pem"
```

| setting | variable | default | unit and range | meaning |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_row(each) for each in declared().values())


def _row(each: Field[Any]) -> str:
    meta = each.metadata
    return (
        f"| `{each.name}` | `{PREFIX}{each.name.upper()}` | {meta['shown'] or _default(each.default)} "
        f"| {_range(meta)} | {meta['meaning']} |\n"
    )


def _default(value: object) -> str:
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


_KINDS = {"text": "text", "bool": "true or false", "list": "list of texts", "path": "path"}


def _range(meta: Any) -> str:
    if meta["choices"]:
        return " or ".join(f"`{choice}`" for choice in meta["choices"])
    if meta["low"] is None:
        return _KINDS[meta["kind"]]
    return f"{meta['unit']} {meta['low']} to {meta['high']}".strip()


def main(argv: list[str]) -> int:
    """Write the page, or with ``--check`` say whether the file is up to date."""
    check = "--check" in argv
    path = Path(next(each for each in argv if not each.startswith("-")))
    if not check:
        path.write_text(page(), encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write(f"{path} is out of date: run  python -m turia.settings_page {path}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
