"""Talks and voice: the relay, pure. ``docs/media.md`` tells the whole."""
