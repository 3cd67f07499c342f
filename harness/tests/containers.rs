//! Containers come and go, or are killed half made: the machine is afterwards
//! as it was.

use std::time::Duration;

use harness::machine::Machine;
use protocol::Facts;

use crate::faults::subject::machines;

/// A machine with an image, in which one container has been: docker0 stays.
pub fn machine() -> Machine {
    let mut machine = machines().machine().unwrap();
    run(
        &mut machine,
        "container import -c 'CMD [\"sh\"]' \
         /usr/share/images/busybox.tar busybox
         container run --rm busybox true",
    );
    machine
}

/// Runs a script, and returns both of its outputs as one.
pub fn run(machine: &mut Machine, script: &str) -> String {
    let limit = Duration::from_secs(240);
    let script = format!("exec 2>&1\n{script}\n");
    let output = machine.exec(&["bash", "-s"], script.as_bytes(), limit);
    String::from_utf8(output.unwrap().stdout).unwrap()
}

/// Everything that must be as before: processes, interfaces, mounts, cgroups,
/// files.
#[derive(Debug, PartialEq, Eq)]
struct State {
    commands: Vec<String>,
    interfaces: Vec<Vec<String>>,
    pinned: usize,
    mounts: String,
    cgroups: String,
    files: String,
    containers: String,
}

fn state(machine: &mut Machine) -> State {
    // Any command sweeps what is dead.
    let containers = run(machine, "container ps --all --quiet");
    let Facts {
        processes,
        networks,
        pinned,
    } = machine.facts().unwrap();
    State {
        commands: processes.into_iter().map(|p| p.command).collect(),
        interfaces: networks
            .into_iter()
            .map(|n| n.interfaces.into_iter().map(|i| i.name).collect())
            .collect(),
        pinned: pinned.len(),
        mounts: run(machine, "cut -d' ' -f2,3 /proc/mounts"),
        cgroups: run(machine, "find /sys/fs/cgroup -type d"),
        files: run(
            machine,
            "find /run /var/lib/container/containers /tmp -mindepth 1",
        ),
        containers,
    }
}

/// The script prints nothing, and leaves nothing.
pub fn is_as_before_after(script: &str) {
    let mut machine = machine();
    let before = state(&mut machine);
    let printed = run(&mut machine, script);
    assert_eq!(printed, "", "{script}");
    assert_eq!(state(&mut machine), before, "after {script}");
    let again = run(&mut machine, "container run --rm busybox echo alive");
    assert_eq!(again, "alive\n");
}

#[test]
fn two_hundred_containers_in_a_row_leave_nothing() {
    is_as_before_after(
        "for i in $(seq 200); do
            container run --rm busybox true || echo $i: $?
         done",
    );
}

#[test]
fn twenty_containers_at_once_leave_nothing() {
    is_as_before_after(
        "for i in $(seq 20); do
            { container run --rm busybox true || echo $i: $?; } &
         done
         wait",
    );
}

#[test]
fn a_run_killed_at_any_moment_leaves_nothing() {
    // Microseconds after its start; the whole takes about 60 ms.
    is_as_before_after(
        "exec 3>&2 2>/dev/null
         for after in $(seq 1000 4000 90000); do
            container run --rm busybox sleep 60 >/dev/null &
            busybox usleep $after
            kill -9 $!
            wait $!
         done
         for after in $(seq 1000 4000 90000); do
            container run -d --rm busybox sleep 60 >/dev/null &
            busybox usleep $after
            kill -9 $!
            wait $!
         done
         container rm -f $(container ps -aq) >/dev/null
         true",
    );
}

#[test]
fn an_import_killed_in_the_midst_of_it_leaves_nothing() {
    // More than a pipe takes: some of it has been unpacked.
    is_as_before_after(
        "mkfifo /root/archive
         container import /root/archive half &
         head -c 400000 /usr/share/images/busybox.tar >/root/archive &
         exec 3>/root/archive
         wait $!
         [ -e /var/lib/container/containers/*/image/rootfs/bin ] || echo not begun
         exec 2>/dev/null
         kill -9 %1
         wait %1
         rm /root/archive
         container images | grep half",
    );
}

#[test]
fn a_state_that_cannot_be_read_is_one_line_and_harms_no_other() {
    is_as_before_after(
        "id=$(container run -d busybox true)
         container stop $id >/dev/null
         echo '{' >/run/container/$id/state.json
         container run --rm busybox true >said 2>&1 || echo $?
         grep -q ^container:./run/container/$id/state.json: said || cat said
         [ $(wc -l <said) = 1 ] || cat said
         rm -r said /run/container/$id",
    );
}

#[test]
fn what_is_no_image_is_named_and_hides_no_image() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "cd /var/lib/container/images
         mkdir -p half/rootfs; echo stray >stray; mkdir fifo Upper
         mkfifo fifo/config.json
         container images >/rows 2>/said; echo $?
         cut -c1-20 /rows
         sed 's/ is no image, remove it or import it again: .*//' /said
         container import /usr/share/images/helloworld.tar half >/dev/null
         container import /usr/share/images/helloworld.tar fifo >/dev/null
         container run --rm half cat /www/index.html
         container run --rm fifo cat /www/index.html",
    );
    let path = "container: \"/var/lib/container/images";
    let expected = format!(
        "0\nREPOSITORY   TAG\nbusybox      latest\n{path}/Upper\"\n\
         {path}/fifo\"\n{path}/half\"\n\
         {path}/stray\"\nHello World\nHello World\n"
    );
    let trimmed: String = printed
        .lines()
        .map(|it| it.trim_end().to_owned() + "\n")
        .collect();
    assert_eq!(trimmed, expected);
}

#[test]
fn a_log_is_followed_as_long_as_somebody_reads_it() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "container run -d --name it busybox sh -c 'echo a word; exec sleep 60' \
         >/dev/null
         container logs -f it | grep -m1 word
         container inspect -f '{{.State.Status}}' it
         container rm -f it",
    );
    assert_eq!(printed, "a word\nrunning\nit\n");
}

#[test]
fn who_stops_a_container_finds_its_cable_gone() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "for i in $(seq 60); do
            container run -d --name it busybox sleep 60 >/dev/null
            cable=$(echo /sys/class/net/veth*)
            [ -e $cable ] || echo $i: none
            container kill it >/dev/null
            [ -e $cable ] && echo $i: still there
            container rm it >/dev/null
         done",
    );
    assert_eq!(printed, "");
}

#[test]
fn a_published_port_outlives_more_clients_than_there_is_room_for() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "(ulimit -n 24
          container run -d --name it -p 4000:80 busybox httpd -f -h /) >/dev/null
         for i in $(seq 40); do exec {fd}<>/dev/tcp/127.0.0.1/4000
             all=\"$all $fd\"; done
         for fd in $all; do exec {fd}>&-; done
         busybox wget -qO- http://127.0.0.1:4000/etc/hostname | wc -c
         container rm -f it",
    );
    assert_eq!(printed, "13\nit\n");
}

#[test]
fn what_ends_beside_more_clients_than_there_is_room_for_is_taken_back() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "(ulimit -n 24; container run -d --rm --name it -p 4000:80 busybox \
              httpd -f -h /) >/dev/null
         for i in $(seq 40); do exec {fd}<>/dev/tcp/127.0.0.1/4000; done
         until [ $(grep -c :4000 <(busybox netstat -tn)) -ge 40 ]; do :; done
         owner=$(pgrep -x container)
         kill -9 $(pgrep -x httpd | head -n 1)
         while [ -e /proc/$owner ]; do :; done
         ls /run/container /var/lib/container/containers",
    );
    let nothing = "/run/container:\nlock\n\n/var/lib/container/containers:\n";
    assert_eq!(printed, nothing);
}

#[test]
fn output_that_cannot_be_written_is_an_error_and_the_work_is_done() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "container run -d --name aa busybox sleep 60 >/dev/full; echo $?
         container run -d --name bb busybox sleep 60 >&-; echo $?
         for verb in 'ps -q' 'ps -a' images 'inspect aa' 'inspect -f x aa' \
             'stop -t 0 aa' 'start aa' 'restart -t 0 aa' 'kill aa' \
             'import /usr/share/images/busybox.tar copy'; do
             container start aa >/dev/null
             container $verb 2>&1 >/dev/full; echo $?
             container start aa >/dev/null
             container $verb 2>/dev/full | :; echo ${PIPESTATUS[0]}
         done | sort | uniq -c
         container run --rm copy cat /etc/passwd >/dev/full; echo $?
         container run --rm copy sh -c 'echo; exit 5' >/dev/full; echo $?
         container rm -f aa bb >/dev/full; echo $?
         container ps -aq",
    );
    let full = "write(stdout): No space left on device";
    assert_eq!(
        printed,
        format!(
            "container: {full}\n1\n0\n     10 0\n     10 1\n      \
             8 Error: {full}\n      2 {full}\ncontainer: {full}\n1\n\
             container: {full}\n5\nError: {full}\n1\n"
        )
    );
}

#[test]
fn names_of_a_network_are_those_of_the_end_of_the_chain() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "printf 'nameserver 127.0.0.1\\nsearch lan\\n' >/etc/resolv.conf
         files='cat /etc/hosts /etc/hostname /etc/resolv.conf'
         container run -d --name one -h donor.lan busybox sleep 60 >one
         container run -d --name two --net container:one busybox sleep 60 >two
         container run --rm --net container:two busybox $files >three
         container exec one $files | cmp - three
         container exec two $files | cmp - three
         tail -n 12 three
         container run -d --name four --net host busybox sleep 60 >four
         container run -d --name five --net container:four busybox sleep 60 >5
         files='grep -hvE ^(#|$) /etc/hosts /etc/resolv.conf'
         container run --rm --net container:five busybox $files >six
         $files | cmp - six
         container rm -f one two four five >/dev/null",
    );
    assert_eq!(
        printed,
        "172.17.0.2\tdonor.lan donor\ndonor.lan\n\
         # Generated by container.\n\
         # This file can be edited; the next start writes it anew.\n\n\
         nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch lan\n\n\
         # Based on host file: '/etc/resolv.conf' (legacy)\n\
         # Used default nameservers.\n# Overrides: []\n"
    );
}

#[test]
fn an_archive_is_taken_packed_and_no_more_of_it_than_there_is_room_for() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "tar=/usr/share/images/busybox.tar
         for pack in gzip bzip2; do
             $pack -c $tar | container import - $pack >/dev/null
             container run --rm $pack echo $pack
         done
         truncate -s 7G big
         busybox tar -cf - big 2>/dev/null | gzip 2>/dev/null |
             container import - big
         gzip -c $tar | gzip -c | container import - twice 2>/dev/null; echo $?
         { printf '%0148d\\033]T\\007\\377ab%0357d' 0 0; } |
             container import - words 2>said
         case $(cat said) in *$'\\033'* | *$'\\007'*) echo raw;; esac
         grep -c 'x1b]T.x07' said
         rm big; ls /var/lib/container/images /var/lib/container/containers",
    );
    assert_eq!(
        printed,
        "gzip\nbzip2\nError: -: it unpacks to more than there is room for\n\
         1\n1\n/var/lib/container/containers:\n\n\
         /var/lib/container/images:\nbusybox\nbzip2\ngzip\n"
    );
}

#[test]
fn an_import_over_an_image_in_use_moves_the_name() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "tar=/usr/share/images/busybox.tar
         old=$(container run --rm busybox true; container images | tail -n 1)
         set -- $old; old=$3
         container run -d --name aa busybox sleep 60 >/dev/null
         container run -d --name bb $old sleep 60 >/dev/null
         container import -c 'CMD [\"echo\",\"new\"]' $tar busybox >/dev/null
         container images | sed 's/  */ /g' | cut -d' ' -f1,2
         container run --rm busybox
         container run --rm $old echo old
         container ps | grep -c $old
         container restart -t 0 aa bb
         container rm -f aa bb
         container import $tar other >/dev/null
         container images | sed 's/  */ /g' | cut -d' ' -f1,2
         container run --rm $old true",
    );
    let gone = "container: No such image: ";
    let (begin, end) = printed.split_once(gone).unwrap_or_default();
    assert_eq!(
        begin,
        "REPOSITORY TAG\nbusybox latest\n<none> <none>\nnew\nold\n2\n\
         aa\nbb\naa\nbb\nREPOSITORY TAG\nother latest\nbusybox latest\n",
        "{printed}"
    );
    assert!(end.contains(":latest\n"), "{printed}");
}

#[test]
fn a_long_log_is_printed_in_little_memory() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "folder=$(container run -d --name aa busybox sleep 60)
         folder=/var/lib/container/containers/$folder
         part() {
             printf '\\1\\0\\0\\0\\1\\0\\0\\0'
             head -c 16777216 /dev/zero
             printf '\\2\\0\\0\\0\\0\\0\\0\\4err\\n'
         }
         { part && part; } >$folder/log
         for f in --follow=false -f; do
             (ulimit -v 24000; container logs $f aa) 2>err |
                 head -c 33554432 | wc -c
             uniq -c err
         done
         container rm -f aa",
    );
    let whole = "33554432\n      2 err\n";
    assert_eq!(printed, format!("{whole}{whole}aa\n"));
}

#[test]
fn an_interactive_command_ends_with_whoever_has_the_terminal() {
    let mut machine = machine();
    run(&mut machine, "container run -d --name aa busybox sleep 300");
    let terminal = machine.open_terminal().unwrap();
    for (signal, status) in [("TERM", 143), ("HUP", 129)] {
        for verb in ["run --rm -it busybox", "exec -it aa"] {
            let script = format!(
                "{{ until pgrep -fx 'sleep 200' >/dev/null; do :; done; \
                 kill -{signal} $(pidof container); }} & \
                 stty -a >before; container {verb} sleep 200; echo =$?; \
                 stty -a | cmp - before; wait"
            );
            let limit = Duration::from_secs(240);
            let ran = machine.run(terminal, &script, limit).unwrap();
            let text = String::from_utf8(ran.output).unwrap();
            assert!(text.contains(&format!("={status}\n")), "{text}");
            assert!(!text.contains("differ"), "{text}");
        }
    }
}

#[test]
fn who_has_all_privileges_has_the_machines_devices() {
    let mut machine = machine();
    let printed = run(
        &mut machine,
        "mknod -m 640 /dev/one b 7 99; mkdir /dev/more; chown 3:4 /dev/one
         mknod -m 666 /dev/more/two c 1 3
         look='stat -c %a,%u:%g,%t,%T,%F /dev/one /dev/more/two /dev/null'
         $look >here
         container run --rm --privileged busybox $look | cmp - here
         container run --rm --privileged busybox sh -c 'echo >/dev/more/two'
         container run --rm busybox ls /dev/one /dev/more 2>&1 | grep -c No
         container run --rm busybox grep -o '^shm /dev/shm' /proc/mounts
         rm -r /dev/one /dev/more",
    );
    assert_eq!(printed, "2\nshm /dev/shm\n");
}
