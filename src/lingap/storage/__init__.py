"""What lies on disk, for all rooms: the cache folder, whole files and folders, locks, the hub."""
