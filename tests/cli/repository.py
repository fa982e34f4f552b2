"""A git repository made for a test."""

import subprocess
from pathlib import Path


class Repository:
    """A repository in a folder of its own, on the branch main."""

    def __init__(self, root: Path) -> None:
        """Begin it; the folder is made."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git and return what it prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def put(self, place: str, text: str) -> Path:
        """Write a file, not committed yet."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def commit(self, message: str = "A change") -> str:
        """Commit everything; return the commit's name."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD").strip()
