#!/bin/bash
# A `/proc` can be mounted for a PID namespace that is named: `pidns=HANDLE`.
#
# Since: 6.18
# Step: 07-listns#the-proc-of-others
# Source: proc(5)

folder=$(mktemp -d)
if mount -t proc -o pidns=/proc/self/ns/pid proc "$folder" 2>/dev/null; then
    echo mounted
    umount "$folder"
else
    echo refused
fi
rmdir "$folder"
