"""Captions by a recogniser on this machine, where a model was set: sound in, lines out. Knows no event."""
