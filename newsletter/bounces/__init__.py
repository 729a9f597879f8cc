"""What comes back: bounces, complaints, mails that unsubscribe, providers' reports.

Lives here: the mailbox reader, provider events, and the list of addresses not to write to.
Others may import `suppression` and `feedback`. The one rule, what a report means, is
`newsletter/core/reports.py`.
"""
