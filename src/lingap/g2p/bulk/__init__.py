"""Much text at once: lines, files, folders and data sets, over several processes."""
