//! Statements of the lessons about the kernel that none of their blocks shows,
//! on the kernel in use. Where kernels differ, a test tells its side by version.

use std::time::Duration;

use crate::faults::subject::machines;

/// `since 6.18` tells whether this kernel is that one or newer; `wait_for`
/// looks until a command succeeds, and the machine's limit ends it.
const FUNCTIONS: &str = "exec 2>&1
since() { [ $(printf '%s\n' $1 $(uname -r) | sort -V | head -n 1) = $1 ]; }
wait_for() { until \"$@\" >/dev/null 2>&1; do :; done; }
says() { if \"$@\" >/dev/null 2>&1; then echo yes; else echo no; fi; }
";

/// Runs a script in a machine of its own, and returns its output.
fn said(script: &str) -> String {
    let mut machine = machines().machine().unwrap();
    let script = format!("{FUNCTIONS}{script}");
    let limit = Duration::from_secs(60);
    let output = machine.exec(&["bash", "-c", &script], b"", limit).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

// Chapter 1.

#[test]
fn a_socket_alone_keeps_the_network_that_it_was_made_in() {
    let script = r#"
        coproc unshare --net bash -c '
            ip link set lo up
            echo inside; read go
            exec 5<>/dev/udp/127.0.0.1/9
            exec nsenter --net=/proc/1/ns/net sh -c "echo out; exec sleep 999"'
        read -u ${COPROC[0]} word; echo $word
        ip link add cable type veth peer plug netns $COPROC_PID
        echo go >&${COPROC[1]}
        read -u ${COPROC[0]} word; echo $word
        list-namespaces --all --type net | wc -l
        ip -brief link show cable | wc -l
        pid=$COPROC_PID; kill $pid; wait $pid
        wait_for bash -c '! ip link show cable'
        echo gone"#;
    assert_eq!(said(script), "inside\nout\n2\n1\ngone\n");
}

#[test]
fn a_process_that_has_ended_and_waits_to_be_asked_for_has_two_memberships() {
    let script = "
        coproc sh -c 'true & exec sleep 999'
        wait_for pgrep -x sleep
        ended=$(pgrep -P $COPROC_PID)
        wait_for grep 'State:.Z' /proc/$ended/status
        list-namespaces $ended | awk '$2 != \"-\" { print $1 }'";
    assert_eq!(said(script), "TYPE\npid\nuser\n");
}

#[test]
fn the_kernels_own_threads_do_not_descend_from_pid_1() {
    let script = "echo $(ps -o ppid= -p $(pgrep -x kthreadd))";
    assert_eq!(said(script), "0\n");
}

#[test]
fn the_first_namespace_of_each_type_has_a_number_of_its_own_since_6_17() {
    let script = "
        is_fixed() {
            local number=$(stat -L -c %i /proc/1/ns/$1)
            [ $((number >> 3)) = $((4026531832 >> 3)) ]
        }
        for type in cgroup ipc pid time user uts; do says is_fixed $type; done
        for type in mnt net; do
            [ $(says is_fixed $type) = $(says since 6.17) ] && echo as it says
        done";
    let always = "yes\n".repeat(6);
    assert_eq!(said(script), always + "as it says\nas it says\n");
}

// Chapter 2.

#[test]
fn of_the_signals_from_outside_two_reach_a_pid_1_without_a_handler() {
    let script = "
        coproc unshare --pid --fork sh -c 'echo up; exec sleep 999'
        read -u ${COPROC[0]} word
        first=$(pgrep -P $COPROC_PID) pid=$COPROC_PID
        kill -TERM $first; kill -STOP $first
        wait_for grep 'State:.T' /proc/$first/status
        echo stopped
        kill -KILL $first; wait $pid; echo $?";
    assert_eq!(said(script), "stopped\n137\n");
}

#[test]
fn a_proc_of_a_named_pid_namespace_is_mounted_since_6_18() {
    let script = "
        coproc unshare --pid --fork sh -c 'echo up; exec sleep 999'
        read -u ${COPROC[0]} word
        handle=/proc/$(pgrep -P $COPROC_PID)/ns/pid
        mounted=$(says mount -t proc -o pidns=$handle proc /mnt)
        [ $mounted = $(says since 6.18) ] && echo as it says
        [ $mounted = no ] || ls -d /mnt/[0-9]* | wc -l";
    let text = said(script);
    let right = ["as it says\n", "as it says\n1\n"].contains(&&*text);
    assert!(right, "{text}");
}

#[test]
fn message_queues_have_names_and_are_hidden_by_an_ipc_namespace() {
    let script = "
        mkdir /run/queues; mount -t mqueue none /run/queues
        touch /run/queues/one; ls /run/queues
        unshare --ipc --mount bash -c '
            mount -t mqueue none /run/queues; ls /run/queues; echo none'";
    assert_eq!(said(script), "one\nnone\n");
}
