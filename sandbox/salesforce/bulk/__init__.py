"""Bulk API 2.0: jobs that load or read many records as CSV."""
