#!/bin/bash
# Kernel threads have an empty root; their handle of `mnt` is the initial one.
#
# Since: 7.3
# Step: 03-set-ns#the-links-of-a-process
# Source: proc_pid_mountinfo(5)

# PID 2 is kthreadd, the parent of all kernel threads.
if [ -n "$(cat /proc/2/mountinfo)" ]; then
    echo has mounts
else
    echo no mount
fi
