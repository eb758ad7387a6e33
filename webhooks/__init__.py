"""The doors other systems push through. Each verifies who knocks, notes the fact, and answers."""
