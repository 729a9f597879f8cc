"""WHAT WE SEND: the weekly e-mail and the consent behind it."""
