"""The pages on which a tender is drafted, approved and published, one file a section."""
