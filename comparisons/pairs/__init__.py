"""Two to six models side by side: the pair page, its twins, its card, and the check of every verdict.

Lives here: `comparison` (the frozen page object that every output prints), its layout for the
template, JSON, card and embed, the picker. Others may import `comparison` and `summary`. What
may be said about a pair is decided in `comparisons/core`, never here.
"""
