#!/bin/bash
# After unshare(2) `pid_for_children` leads to the new PID namespace, although
# no child has been born in it.
#
# Since: 7.1
# Step: 02-unshare#the-process-stays-its-children-move-pid
# Source: pid_namespaces(7)

# unshare(1) becomes readlink: no child is born.
if unshare --pid readlink /proc/self/ns/pid_for_children >/dev/null; then
    echo a handle
else
    echo no file
fi
