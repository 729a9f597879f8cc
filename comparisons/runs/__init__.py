"""Runs question by question: from two readings or two stored runs to a paired comparison."""
