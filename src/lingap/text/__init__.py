"""What a word, a line, a script and a case is: one definition for all rooms."""
