"""People, organisations, roles and certificates."""
