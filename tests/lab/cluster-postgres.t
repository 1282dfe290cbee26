#!/bin/sh
# What every cluster driver must do, with drivers/cluster/postgres.yaml on real servers.
name=postgres
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/$name.yaml tests/drivers/cluster/$name.sh
