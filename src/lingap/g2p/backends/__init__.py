"""Back ends, which turn words of the languages that they serve into IPA."""
