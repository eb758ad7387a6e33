"""The roads a one-time code can take."""
