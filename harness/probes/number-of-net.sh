#!/bin/bash
# The initial `net` namespace has the number 4026531833 on every machine.
#
# Since: 6.17
# Step: 01-list-namespaces#what-docker-has-done
# Source: linux/nsfs.h

# Before, it was the first number that the kernel gave away.
case $(readlink /proc/1/ns/net) in
'net:[4026531833]') echo has it ;;
*) echo has another ;;
esac
