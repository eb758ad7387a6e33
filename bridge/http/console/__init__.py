"""The agents' console: what needs me now, and one click from each row to its story."""
