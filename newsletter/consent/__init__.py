"""What readers agreed to, what we hold on them and for how long.

Lives here: wordings shown, the export of a person's data, retention, the country of a request.
Others may import all of it. The one rule, what a country asks for, is `newsletter/core/regimes.py`.
"""
