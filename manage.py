#!/usr/bin/env python
"""Runs the project's commands: python manage.py help."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run “make run”, or install requirements.txt into a virtual environment."
        ) from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"Evenbench cannot start: {error}") from None


if __name__ == "__main__":
    main()
