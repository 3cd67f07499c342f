#!/bin/bash
# The initial `mnt` namespace has the number 4026531832 on every machine.
#
# Since: 6.17
# Step: 01-list-namespaces#what-docker-has-done
# Source: linux/nsfs.h

case $(readlink /proc/1/ns/mnt) in
'mnt:[4026531832]') echo has it ;;
*) echo has another ;;
esac
