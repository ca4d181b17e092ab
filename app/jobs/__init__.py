"""Background work: the pool that takes leases, and what each kind of job does."""
