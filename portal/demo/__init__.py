"""The demo: a small town's trading centre, made and played through the ordinary services."""
