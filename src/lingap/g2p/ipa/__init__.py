"""IPA itself: symbols, segments, articulatory features, vocabularies of phonemes."""
