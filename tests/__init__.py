"""All tests; how they are laid out: house rules in docs, fixtures in tests/rig."""
