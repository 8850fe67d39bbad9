"""File formats: bytes to sentences, whatever corpus they are of."""
