"""A messy file becomes records: reading, mapping, checks, the sender's own file back."""
