"""openADS: the planning software's own service, one file at a time and no list."""
