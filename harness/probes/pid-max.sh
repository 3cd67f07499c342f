#!/bin/bash
# Each PID namespace has a `kernel.pid_max` of its own.
#
# Since: between 6.12 and 6.16
# Source: pid_namespaces(7)

file=/proc/sys/kernel/pid_max
was=$(cat $file)
unshare --pid --fork --mount-proc bash -c "echo 1000 >$file"
if [ "$(cat $file)" = "$was" ]; then
    echo outside: as before
else
    echo outside: changed
fi
echo "$was" >$file
