#!/bin/sh
# Written by `just translate` from docs/po/zh-CN/setup.po: do not change it here.

# shellcheck disable=SC2016 # nothing in a message expands
in_chinese() { # in_chinese MESSAGE
    case $1 in
    *) printf %s "$1" ;;
    esac
}
