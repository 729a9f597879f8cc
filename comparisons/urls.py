"""Addresses of what we say. They are fixed: checks, links and feeds rely on them."""

from comparisons.boards.urls import urlpatterns as board_urls
from comparisons.changes.urls import urlpatterns as changes_urls
from comparisons.pairs.urls import urlpatterns as pair_urls
from comparisons.runs.urls import urlpatterns as run_urls
from comparisons.web.page_cache import revision_cached
from comparisons.web.sharing_urls import urlpatterns as sharing_urls

# Boards and catalogue pages follow from the dataset revision and the day; these do not.
LIVE = {"report"}
for board in board_urls:
    if board.name not in LIVE:
        board.callback = revision_cached(board.callback)

app_name = "comparisons"
urlpatterns = [
    *board_urls,
    *changes_urls,
    *sharing_urls,
    *pair_urls,
    *run_urls,
]
