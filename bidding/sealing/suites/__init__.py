"""The cipher suites, one file each."""
