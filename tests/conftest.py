from __future__ import annotations

pytest_plugins = ["tests.sandbox_server", "tests.phones"]
