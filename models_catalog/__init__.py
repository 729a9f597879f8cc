"""WHAT WE KNOW: everything editors enter."""
