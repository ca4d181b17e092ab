"""The writes, one module a step; take a session, `by=` and `at=`; never commit."""
