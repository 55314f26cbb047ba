"""Venues made by code."""
