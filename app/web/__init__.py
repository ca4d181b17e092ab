"""Pages: routes, forms, templates, static files."""
