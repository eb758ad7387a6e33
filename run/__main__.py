"""Lets the product start its own processes without knowing where its command was installed."""

from run.cli import main

main()
