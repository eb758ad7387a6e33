"""The routes of the bridge as an OpenID provider."""
