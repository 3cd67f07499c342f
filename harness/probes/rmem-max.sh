#!/bin/bash
# `net.core.rmem_max` is there in a new network namespace, to be read only.
#
# Since: between 6.1 and 6.12
# Step: 02-unshare#a-network-with-nothing-in-it-net
# Source: socket(7)

unshare --net bash -c '
    stat -c %A /proc/sys/net/core/rmem_max 2>/dev/null || echo no file'
