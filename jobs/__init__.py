"""Work outside a request. The facts are in SQL; what travels here only says that there is work."""
