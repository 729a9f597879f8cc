"""How requests become answers: page cache, limits, form guard, the open API, shared addresses.

Lives here: what several views need. Others may import the guards and limits; `core` and page
loaders import nothing from here. The one rule: a domain error becomes a response in one place.
"""
