"""Drafts a mapping from a sample, for a person to finish: names and words, never a personal value."""

from mappings.proposing.draft import draft
from mappings.proposing.sample_facts import SampleFacts

__all__ = ["SampleFacts", "draft"]
