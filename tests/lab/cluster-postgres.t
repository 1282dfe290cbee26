#!/bin/sh
# What every cluster driver must do, with drivers/cluster/postgres.yaml on real servers.
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/postgres.yaml tests/drivers/cluster/postgres.sh
