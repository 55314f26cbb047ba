"""The default venue: a reference model after a Valencia congress palace, made of numbers and code alone."""
