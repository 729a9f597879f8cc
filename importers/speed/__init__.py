"""Measures how fast an endpoint writes: `stream` asks once and listens, `timing` sums runs up, `prompts` words the
question. Only `manage.py measure_speed` uses it; what it stores goes the way of every imported row."""
