"""The way in: the sign-up box, its forms, tokens of forms, and how many mails may leave for it.

Lives here: every step from a form to the confirmation in the outbox. Others may import `box` and
`limits`. The one rule: an answer never tells whether an address is subscribed.
"""
