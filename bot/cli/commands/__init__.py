"""What the command line takes, as Click declares it. What a command does is imported when it is called.

Click itself and not a library that reads type hints: those bring a validator that takes longer to import
than a document takes to judge.
"""
