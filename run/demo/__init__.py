"""The trial on stand-ins: who is in it, and the check that it tells the truth."""
