"""PLAT'AU, the State's hub for planning files: what the town is told of the services it consulted."""
