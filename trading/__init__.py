"""What is offered, and how it is announced and awarded."""
