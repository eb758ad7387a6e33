"""A mail server and an SMS gateway that keep what they are given, for a person to read."""
