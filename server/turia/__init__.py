"""Turia: a self-hosted 3D virtual venue server."""

__version__ = "0.1.0"
