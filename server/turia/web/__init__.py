"""aiohttp: pages, HTTP API, sign-in, health, metrics."""
