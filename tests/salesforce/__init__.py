"""The package an administrator deploys, checked without an org."""
