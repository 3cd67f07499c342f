#!/bin/bash
# execve(2) takes a process to the time namespace of its children.
#
# Since: between 6.1 and 6.12
# Step: 02-unshare#less-than-the-name-says-ipc-cgroup-time
# Source: time_namespaces(7)

# unshare(1) calls unshare(2), and then becomes readlink: no child is born.
was=$(readlink /proc/self/ns/time)
is=$(unshare --time readlink /proc/self/ns/time)
if [ "$is" = "$was" ]; then echo the initial one; else echo a new one; fi
