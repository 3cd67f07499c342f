# Before every setup. Standard output is for the harness: it reads the
# variables there, at the end.
exec 3>&1 1>&2

# The PIDs are others in each run.
echo $((first_pid + RANDOM % 4000)) >/proc/sys/kernel/ns_last_pid

# hold NAME [OPTIONS of unshare(1)]: a process called NAME, in new namespaces
# as the options say, that stands still until the machine ends. $NAME is its
# PID in the initial PID namespace. With `--in PID "--net --ipc"` first, it is
# a member of those namespaces of that process (options of nsenter(1)); of none
# with `--in PID ""`, which nsenter(1) of util-linux 2.41 and later refuses.
hold() {
    local name=$1 line pid comm said join=()
    shift
    if [ "${1-}" = --in ]; then
        [ -z "$3" ] || read -ra join <<<"/usr/bin/nsenter --target $2 $3 --"
        shift 3
    fi
    witness "$name"
    # Its input is /dev/null: it stands still for ever.
    exec {said}< <(
        exec "${join[@]}" /usr/bin/unshare "$@" -- "$name" </dev/null 2>&1 3>&-
    )
    pid=$!
    read -r line <&"$said" || line="unshare $* failed"
    exec {said}<&-
    if [ "$line" != ready ]; then
        echo "hold $name: $line"
        return 1
    fi
    # With --fork it is the child of an unshare that only waits.
    read -r comm <"/proc/$pid/comm"
    if [ "$comm" != "${name:0:15}" ]; then
        local parent=$pid
        # There is no end of line in it, which read calls a failure.
        read -r pid line <"/proc/$parent/task/$parent/children" || true
        kill -9 "$parent"
    fi
    export "$name=$pid"
}

# end NAME: ends a process that was held, and returns when it has ended.
end() {
    kill -9 "${!1}"
    while grep -qs '^State:.[^XZ]' "/proc/${!1}/status"; do :; done
}

# The witness under a name of its own, for the program to start: a process of
# this name is a subject of checks.
witness() {
    ln /init "/usr/local/bin/$1"
}
