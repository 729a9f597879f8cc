"""The newsroom's own work: score sheets, preview and impact, publishing, queues, history."""
