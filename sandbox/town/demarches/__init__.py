"""Online procedures over démarche.numerique's GraphQL API."""
