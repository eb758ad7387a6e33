"""A stand-in Salesforce org over real HTTP: what clients may ask, and what the real one refuses."""
