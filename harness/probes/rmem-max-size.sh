#!/bin/bash
# `net.core.rmem_max` is 4 MiB, and no longer 208 KiB.
#
# Since: 6.18
# Source: socket(7)

cat /proc/sys/net/core/rmem_max
