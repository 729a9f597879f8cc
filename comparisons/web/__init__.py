"""Requests in, responses out: what every view shares.

Views read an address through `reading`, ask a loader for its page and render it with `twins` or a template.
A page that cannot be shown raises; `answering` alone turns what it raises into a response, in the
representation that was asked for. Nothing outside views imports from here.
"""
