"""One verb of the `bridge` command a file."""
