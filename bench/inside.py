"""`python -m bench.inside LAUNCHER`: with the shop's settings, beside the running shop."""

from __future__ import annotations

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    # Imported by name, since models can be imported only now.
    sys.exit(importlib.import_module("bench.run").main(sys.argv[1:]))
