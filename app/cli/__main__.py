"""`python -m app.cli`: what the launcher starts."""

from app.cli import main

if __name__ == "__main__":
    main(prog_name="sverka")
