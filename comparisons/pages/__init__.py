"""The pages: frozen objects that HTML, JSON, Markdown, cards and feeds render and nothing else.

Each loader reads in a fixed number of queries, lets `core` decide and word, and lays the
answer out. Rendering a page costs no query. Loaders raise plain exceptions
(`UnknownModel`, `SamePair`), which views turn into status codes.
"""
