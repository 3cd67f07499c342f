#!/usr/bin/env bash
# dockerd loses what a short container has printed, on a busy computer
#
# Docker 26.1.5 (Debian 13) and 28.5.2 (sid), as packaged. A container prints a
# line and ends. `docker run` prints nothing, its status is 0, and `docker logs`
# has nothing either. dockerd's log says
#
#     level=error msg="copy stream failed" error="reading from a closed fifo" stream=stdout
#
# once for each loss, before the client ends. When it hears of the exit, dockerd
# deletes the containerd task before it waits for its readers of the two FIFOs
# (daemon/monitor.go, handleContainerExit), and the deletion closes both. Seen
# in 7 of 100 runs with 28.5.2, two processors and a load of 11; less often
# with 26.1.5, never with 20.10.24.
#
# Takes a docker that reaches its daemon, and leaves neither image nor
# container. Ends with 0 once an output is lost, with 1 if 300 runs lose none.
set -euo pipefail
image=dockerd-loses-output
folder=$(mktemp -d)
busy=()
clean_up() {
    kill "${busy[@]}" 2>/dev/null || :
    docker rm -f "$image" >/dev/null 2>&1 || :
    docker rmi "$image" >/dev/null 2>&1 || :
    rm -rf "$folder"
}
trap clean_up EXIT

# The programs and libraries of a shell, as they are here.
mapfile -t files < <(ldd /bin/sh | grep -o '/[^ ]*'; echo /bin/sh)
tar -chf "$folder/root.tar" --absolute-names "${files[@]}"
docker import "$folder/root.tar" "$image" >/dev/null
docker version --format 'Docker {{.Server.Version}}'

for _ in $(seq $(($(nproc) * 4))); do
    while :; do :; done &
    busy+=($!)
done
for run in $(seq 300); do
    docker run --name "$image" --net none "$image" /bin/sh -c 'echo said' >"$folder/said"
    if [ ! -s "$folder/said" ]; then
        echo "run $run: status 0 and no output; docker logs: '$(docker logs "$image" 2>&1)'"
        exit 0
    fi
    docker rm "$image" >/dev/null
done
echo "300 runs, and nothing was lost"
exit 1
