"""Writing records: what a body may hold, what is derived, and what is refused."""
