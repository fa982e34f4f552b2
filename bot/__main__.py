"""``python -m bot``: the same as the ``tdd-bot`` command."""

from bot.cli.app import main

if __name__ == "__main__":
    main()
