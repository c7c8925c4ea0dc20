"""Ways in that are more than reading a file: one small file each, none of which knows another."""
