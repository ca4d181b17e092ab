"""Rows -> the libraries' values: the one place where tables and libraries meet."""
