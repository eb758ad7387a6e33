"""The stand-in town: four legacy systems, each on its own transport, replayed day by day."""
