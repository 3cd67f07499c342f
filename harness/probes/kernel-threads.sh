#!/bin/bash
# Kernel threads see no mount: `/proc/2/mountinfo` is empty.
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
