"""Planning files, dropped every night as a CSV in Windows-1252."""
