"""What the org is made of: objects and fields, from standard data and from a deployable package."""
