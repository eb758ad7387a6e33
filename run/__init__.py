"""Every process that can be started, put together here and nowhere else."""
