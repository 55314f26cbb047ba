"""Recordings of sessions: crash-safe segments while a session is on, files to be watched afterwards."""
