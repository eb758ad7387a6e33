"""A stand-in for FranceConnect v2 and FranceConnect+: wire protocol over real HTTP, refusals, citizens.

Start from `app.build`. Answers follow FranceConnect's public code and scenarios (February 2026).
"""
