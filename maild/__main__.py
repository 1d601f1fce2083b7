"""`python -m maild` and the `maild` command."""

from maild.cli import maild


def main() -> None:
    """Run the command line; the exit codes are those of sysexits(3)."""
    maild(prog_name="maild")


if __name__ == "__main__":
    main()
