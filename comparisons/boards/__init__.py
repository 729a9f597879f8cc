"""Many models at once: leaderboard, category and lab boards, catalogue of models, home page.

Lives here: the store of board rows, filters, pages, views and the JSON, CSV and Markdown twins.
Others may import the page loaders and `store`. The one rule of this room: a place on a board
comes from `core.standing` alone; a board only filters, sorts and cuts.
"""
