"""
What Parterre costs, measured from outside on a shop of its own: `make bench`, `make bench ARGS=--quick`.

The whole shop runs as in `make run` (gunicorn, Celery, relay, beat, PostgreSQL with fsync, Valkey,
sandbox), on data that is thrown away. Requests come over TCP from 127.1.0.1, 127.1.0.2, ... (Linux
answers on all of them), few from each, so that every rate limit is in force and none is reached.

CPU time is read from /proc before and after: user and system time of all processes of a group, and of
children that ended and were waited for (`cutime`, `cstime`); no process is counted twice, since what a
child used is added to its parent only when it is gone. The clients' and the sandbox's own time is not
in it. Statements are counted by pg_stat_statements, top level, for the shop's role, without BEGIN, COMMIT,
ROLLBACK, SAVEPOINT and RELEASE, and without the relay's poll, which comes five times a second whatever
happens. The floor is pgbench running the statements of the same transaction on the same server.
"""
