"""IPA: symbols, segments, articulatory features, phoneme vocabularies."""
