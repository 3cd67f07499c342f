#!/bin/sh
# The root of a cgroup namespace is, seen from outside, a cgroup like others: as
# long as a process is in it, no controller can be handed on to the cgroups
# below, and the kernel says EBUSY. crun takes that for a matter of time. It
# tries 2,000 times, a millisecond apart, then starts the container without the
# controller, with status 0 and without a word. Each `crun run` in such a place
# takes two seconds more.
#
# Seen: crun 1.8.1 of Debian 12 on Linux 6.18. `strace -c` counts the sleeps:
#
#     a process in the root of the cgroup namespace    2000
#     the same process one cgroup below                0
#
# Needs Debian 12 with strace and cc, root, cgroup v2 with at least one controller that
# version 1 does not hold. Changes nothing outside of its own namespaces, but
# for a cgroup that is removed again. Ends with 0 if crun does what is said
# above, and with 1 if it does not.

set -eu
script=$(realpath "$0")
case ${stage:-first} in
first)
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cd "$folder"
    for package in crun=1.8.1-1+deb12u1 libyajl2=2.1.0-3+deb12u2; do
        apt-get -qq -o APT::Sandbox::User=root download "$package"
    done
    for package in *.deb; do dpkg-deb -x "$package" tree; done
    export stage=second folder
    unshare --mount --propagation private --pid --fork --mount-proc \
        sh "$script"
    exit
    ;;
second)
    mkdir "$folder/cgroup"
    mount -t cgroup2 cgroup2 "$folder/cgroup"
    own=$folder/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/finding-$$
    mkdir "$own"
    echo 0 >"$own/cgroup.procs"
    status=0
    stage=third unshare --cgroup sh "$script" || status=$?
    echo 0 >"${own%/*}/cgroup.procs"
    find "$own" -depth -type d -exec rmdir {} +
    exit "$status"
    ;;
esac

# The parent is in the root, too: it is in the way, or moves one below.
cd "$folder"
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
PATH=$folder/tree/usr/bin:$PATH
export LD_LIBRARY_PATH="$folder/tree/usr/lib/x86_64-linux-gnu"
crun --version | head -1
echo "controllers: $(cat /sys/fs/cgroup/cgroup.controllers)"

mkdir -p bundle/rootfs/bin bundle/rootfs/proc
cat >true.c <<'END'
int main(void) { return 0; }
END
cc -static -o bundle/rootfs/bin/true true.c
cd bundle
crun spec
# To set limits and devices takes rights that root may lack here.
tab=$(printf '\t')
sed -i "/\"rlimits\"/,/^$tab$tab],/d; /\"resources\"/,/^$tab$tab},/d" config.json
sed -i 's/"terminal": true/"terminal": false/; s,"sh","/bin/true",' config.json

# Prints how often crun sleeps in one run.
sleeps() {
    strace -f -c -o ../counts crun run finding </dev/null >&2
    awk '$NF == "clock_nanosleep" { print $4 }' ../counts | grep . || echo 0
}
above=$(sleeps)
mkdir -p /sys/fs/cgroup/below
processes=$(cat /sys/fs/cgroup/cgroup.procs)
for process in $processes; do
    echo "$process" >/sys/fs/cgroup/below/cgroup.procs 2>/dev/null || :
done
below=$(sleeps)
echo "a process in the root of the cgroup namespace    $above"
echo "the same process one cgroup below                $below"
[ "$above $below" = "2000 0" ]
