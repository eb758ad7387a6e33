"""FranceConnect v2 as the identity provider."""
