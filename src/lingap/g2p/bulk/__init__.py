"""Large inputs: lines, files, folders and data sets, on several processes."""
