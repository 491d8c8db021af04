"""What changes an evaluation, one file a stage."""
