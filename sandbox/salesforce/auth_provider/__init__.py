"""The org as a relying party: an Auth. Provider (OpenIdConnect) in front of an Experience Cloud site."""
