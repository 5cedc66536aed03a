"""Starts everything on one machine: the virtual environment, the servers, the processes, the tests."""
