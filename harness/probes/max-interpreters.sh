#!/bin/bash
# A user namespace limits the interpreters of binfmt_misc, by a file in
# `/proc/sys/user`.
#
# Since: 7.3
# Source: namespaces(7)

if [ -e /proc/sys/user/max_binfmt_misc_interpreters ]; then
    echo a file
else
    echo no file
fi
