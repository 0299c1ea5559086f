"""The live path, night after night, over the web of the recordings: `python -m studies.replayed_web`."""
