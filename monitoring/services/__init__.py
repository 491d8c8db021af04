"""What changes supervisors, observations and recordings, one file a noun."""
