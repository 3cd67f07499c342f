#!/bin/sh
# lsns(8) takes time with the square of the number of processes, not of the
# namespaces: all of these processes are members of the same eight. For each
# membership it walks its list of all processes to look for the parent, so four
# times as many processes are sixteen times the work. With 4,000 processes a
# third of lsns's time goes there.
#
# Seen: util-linux 2.38.1 of Debian 12, on Linux 6.18.44, x86_64. Its time in
# user mode, the smallest of five runs:
#
#     1000 more processes: 0.020 s
#     4000 more processes: 0.234 s, 11.9 times as much
#
# Needs Debian 12 with python3, and room for 4,000 processes of the user; no
# rights. Ends with 0 if four times the processes take at least seven times as
# long, else 1.

set -eu
package=util-linux=2.38.1-5+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq -o APT::Sandbox::User=root download "$package"
dpkg-deb -x util-linux_*.deb package
package/usr/bin/lsns --version
python3 - <<'END'
import os, resource, signal, subprocess, sys

def user_seconds():
    used = lambda: resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    times = []
    for _ in range(5):
        before = used()
        subprocess.run(["package/usr/bin/lsns"], check=True,
                       stdout=subprocess.DEVNULL)
        times.append(used() - before)
    return min(times)

children = []

def stand_by(count):
    while len(children) < count:
        child = os.fork()
        if child == 0:
            signal.pause()
            os._exit(0)
        children.append(child)

try:
    stand_by(1000)
    few = user_seconds()
    print(f"1000 more processes: {few:.3f} s")
    stand_by(4000)
    many = user_seconds()
    print(f"4000 more processes: {many:.3f} s, {many / few:.1f} times as much")
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
sys.exit(many < 7 * few)
END
