"""``python -m cakup``."""

from cakup.cli.main import main

if __name__ == "__main__":
    main()
