"""Keeping an installation: its rows and files copied, put back, moved, and proved whole."""
