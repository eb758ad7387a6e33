"""A stand-in for ProConnect: its wire protocol over real HTTP, its refusals, fictitious agents.

Start from `app.build`. Answers follow ProConnect's public code, scenarios and documentation (2026). Where it
does exactly what FranceConnect does, whose code it grew from, FranceConnect's stand-in does it here too.
"""
