"""The stand-in town: its legacy systems, each on its own transport, replayed day by day."""
