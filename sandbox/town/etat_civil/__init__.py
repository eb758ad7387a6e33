"""Civil-status requests, readable through an SQL view."""
