"""GLB in, venue bundle out."""
