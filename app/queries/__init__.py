"""The reads; frozen view records, never rows."""
