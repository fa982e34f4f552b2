"""What the sandbox's GitHub holds: people, repositories, git objects, pull requests, checks."""
