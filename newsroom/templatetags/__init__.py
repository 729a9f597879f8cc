"""Template tags of the newsroom's pages."""
