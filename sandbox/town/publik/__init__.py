"""The citizen desk: w.c.s., the forms brick of Publik, read side of its API."""
