#!/bin/sh
# What every cluster driver must do, with drivers/cluster/systemd-over-ssh.yaml on real servers.
exec tests/drivers/conformance-cluster runbooks/drivers/cluster/systemd-over-ssh.yaml tests/drivers/cluster/systemd-over-ssh.sh
