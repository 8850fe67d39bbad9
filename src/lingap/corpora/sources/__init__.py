"""Corpora: for each, its facts, where its files lie, and which format they have."""
