"""A stand-in for FranceConnect v2: its wire protocol over real HTTP, its refusals, fictitious citizens.

Start from `app.build`. Answers follow FranceConnect's public code and scenarios (February 2026).
"""
