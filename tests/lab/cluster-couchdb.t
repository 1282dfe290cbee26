#!/bin/sh
# What every cluster driver must do, with drivers/cluster/couchdb.yaml (copies) on pouchdb-server nodes.
name=couchdb
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/$name.yaml tests/drivers/cluster/$name.sh
