"""Other clothes for the same page object: JSON, Markdown, structured data, cards."""
