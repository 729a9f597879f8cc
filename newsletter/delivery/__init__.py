"""How a prepared message leaves: outbox, sender, SMTP, providers, rates, mail set-up.

Lives here: everything between a row of the outbox and the relay's answer. Others may import
`outbox`, `mail` and `letters`. The one rule: a message is claimed, its intent committed, and only
then handed over (docs/adr, the outbox).
"""
