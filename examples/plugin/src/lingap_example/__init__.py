"""What this package adds to lingap; pyproject.toml names it."""
