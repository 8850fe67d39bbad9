"""Result files as evaluation harnesses write them: one reader each, joined by :mod:`.reading`."""
