#!/bin/sh
# The driver `postgres`: base backups and archived log of a real server, points in time.
[ -x /usr/lib/postgresql/15/bin/postgres ] || { echo "1..0 # SKIP PostgreSQL 15 is not installed"; exit 0; }
[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP becoming the user postgres needs root"; exit 0; }
KILLS=4 exec tests/drivers/conformance-volume runbooks/drivers/volume/postgres.yaml tests/drivers/volume/postgres
