"""Street reports over Open311 GeoReport v2, fed by a real city's year."""
