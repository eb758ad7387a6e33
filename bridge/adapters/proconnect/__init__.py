"""ProConnect as the identity provider of the town's agents."""
