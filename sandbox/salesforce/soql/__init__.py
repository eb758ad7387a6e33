"""SOQL: parsed with a grammar, checked against the schema, run as SQL with bound parameters."""
