#!/bin/sh
# What every cluster driver must do, with drivers/cluster/systemd-over-ssh.yaml on real servers.
name=systemd-over-ssh
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/$name.yaml tests/drivers/cluster/$name.sh
