"""The shell: web, database, files, jobs, command line, clock."""
