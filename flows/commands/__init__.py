"""The commands of `gapledger`: what each takes and does. A command's own imports stand inside it, so that
help, version and completion are quick.
"""
