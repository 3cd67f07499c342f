#!/bin/bash
# Root of a user namespace mounts `/proc` with `subset=pid` where the machine's
# own one is covered in part, as it is in a container.
#
# Since: 7.2
# Source: proc(5)

# A file over /proc/kcore is what container runtimes put there.
unshare --mount bash -c '
    mount --bind /dev/null /proc/kcore
    exec unshare --user --map-root-user --pid --fork --mount bash -c "
        if mount -t proc -o subset=pid proc /proc 2>/dev/null; then
            echo mounted
        else
            echo refused
        fi"'
