"""Back ends: each turns words of the languages it serves into IPA."""
