# Before every setup. Standard output is for the harness: it reads the
# variables there, at the end.
exec 3>&1 1>&2

# The PIDs are others in each run.
echo $((first_pid + RANDOM % 4000)) >/proc/sys/kernel/ns_last_pid

# hold NAME [OPTIONS of unshare(1)]: a process called NAME, in new namespaces
# as the options say, that stands still until the machine ends. $NAME is its
# PID in the initial PID namespace.
hold() {
    local name=$1 line
    shift
    witness "$name"
    mkfifo "/run/$name.input" "/run/$name.ready"
    /usr/bin/unshare "$@" -- "$name" \
        <>"/run/$name.input" >"/run/$name.ready" 2>&1 3>&- &
    read -r line <"/run/$name.ready" || line=
    if [ "$line" != ready ]; then
        echo "hold $name: $line"
        return 1
    fi
    rm "/run/$name.input" "/run/$name.ready"
    export "$name=$(pgrep -x -o -- "${name:0:15}")"
}

# The witness under a name of its own.
witness() {
    ln /init "/usr/local/bin/$1"
}
