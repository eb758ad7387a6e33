"""ATAL-like technical services: one SOAP service, states told by their wording alone."""
