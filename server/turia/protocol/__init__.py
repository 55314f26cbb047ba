"""What goes over the wire: the one source of every message, size, rate and close code. Pure."""
