"""The shell around the event domain: the journal that commits entries, and what acts on them by itself."""
