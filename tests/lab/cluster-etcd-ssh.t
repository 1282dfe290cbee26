#!/bin/sh
# What every cluster driver must do, with drivers/cluster/etcd.yaml on members that are reached over ssh.
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/etcd.yaml tests/drivers/cluster/etcd-ssh.sh
