//! An image or a process in a container does not get hold of the machine, and the
//! verbs go on, whatever the image or the process does.

use std::time::Duration;

use harness::machine::Machine;

use crate::faults::subject::machines;

/// A machine with an image.
fn machine() -> Machine {
    let mut machine = machines().machine().unwrap();
    let made = run(
        &mut machine,
        "container import /usr/share/images/busybox.tar busybox >/dev/null",
    );
    assert_eq!(made, "");
    machine
}

fn run(machine: &mut Machine, script: &str) -> String {
    let limit = Duration::from_secs(120);
    let script = format!("exec 2>&1\n{script}\n");
    let output = machine.exec(&["bash", "-s"], script.as_bytes(), limit);
    String::from_utf8(output.unwrap().stdout).unwrap()
}

/// Plays it in a machine of its own.
fn prints(script: &str, expected: &str) {
    let printed = run(&mut machine(), script);
    assert_eq!(printed, expected, "{script}");
}

#[test]
fn a_name_that_is_no_text_is_a_process_for_every_verb() {
    prints(
        r#"name='printf "\377" >/proc/self/comm; echo named; sleep 1000 & wait'
           id=$(container run -d --name it busybox sh -c "$name")
           container logs -f it | grep -m1 named
           container exec it echo inside; echo $?
           container run --rm --net container:it busybox echo joined
           container restart -t 0 it; echo $?
           container logs -f it | grep -c -m2 named
           container stop -t 0 it; echo $?
           container start it; container kill it; echo $?
           container start it; container rm -f it; echo $?
           container ps -aq"#,
        "named\ninside\n0\njoined\nit\n0\n2\nit\n0\nit\nit\n0\nit\nit\n0\n",
    );
}

#[test]
fn bytes_that_are_no_text_reach_the_container_as_they_are() {
    prints(
        r#"hex() { busybox od -An -tx1; }
           printf '# J\374rgen\n' >hosts
           mount --bind hosts /etc/hosts
           printf 'word J\374rgen\nnameserver 9.9.9.9\n' >/etc/resolv.conf
           container run --rm --net host busybox tail -c 8 /etc/hosts | hex
           container run --rm busybox grep ^word /etc/resolv.conf | tail -c 8 | hex
           container run --rm busybox printf $'\xff' | hex
           export X=$'\xff'
           container run --rm -e X -e $'Y=\xfe' busybox env | grep ^[XY] | hex
           container run -d --name it -w $'/\xff' -h $'a\xff' busybox \
               sh -c 'sleep 1000 & wait' $'\xff' >/dev/null
           container restart -t 0 it
           container exec it sh -c $'printf \xfe; pwd; hostname' | hex
           container inspect -f '{{json .Config.Cmd}} {{.Config.Hostname}}' it
           container rm -f it"#,
        " 20 4a fc 72 67 65 6e 0a\n \
         20 4a fc 72 67 65 6e 0a\n \
         ff\n \
         58 3d ff 0a 59 3d fe 0a\n\
         it\n \
         fe 2f ff 0a 61 ff 0a\n\
         [\"sh\",\"-c\",\"sleep 1000 & wait\",\"\\\\xff\"] a\\xff\n\
         it\n",
    );
}

const BREAKOUT: &str = "current working directory is outside of container \
    mount namespace root -- possible container breakout detected";

#[test]
fn no_working_directory_is_one_of_the_machine() {
    let cannot =
        "unable to start container process: error during container init";
    let script = r#"
        echo secret >/secret
        exec 9</
        refused='config.json failed|fd/[0-9]+ is not a directory|--help|^$'
        for fd in $(seq 0 30); do
            container run --rm -w /proc/self/fd/$fd busybox echo $fd: run 2>said
            [ $? -ge 125 ] && ! grep -qvE "$refused" said || cat said
        done
        container run --rm -w /proc/self/fd/0 -i busybox echo run </ 2>said
        echo $?
        container run --rm --pid host -w /proc/1/root/etc busybox echo run |&
            head -n 1
        echo $PIPESTATUS
        container run --rm --pid host -w /proc/1/root/new busybox echo run \
            2>said
        echo $?; ls -d /new
        container run --rm -w /proc/self/root/tmp busybox pwd
        container run --rm -w /made/for/it busybox pwd"#;
    let expected = format!(
        "127\ncontainer: {cannot}: {BREAKOUT}\n125\n127\n\
         ls: cannot access '/new': No such file or directory\n\
         /tmp\n/made/for/it\n"
    );
    prints(script, &expected);
}

#[test]
fn a_working_directory_that_a_process_inside_replaces_leads_nowhere() {
    let script = r#"
        exec 9</
        for link in /proc/self/fd/4 /proc/self/fd/9 /proc/1/root/etc; do
            container run -d --pid host --name it -w /tmp/x busybox \
                sleep 1000 >/dev/null
            container exec it sh -c "rmdir /tmp/x; ln -s $link /tmp/x"
            container exec it echo run 2>&1 | grep -o "$breakout\|failed: no such.*"
            container restart -t 0 it 2>&1 | grep -o "$breakout\|failed: no such.*"
            container rm -f it
        done"#;
    let script = format!("breakout='{BREAKOUT}'\n{script}");
    let nowhere = "failed: no such file or directory\n";
    let nowhere = nowhere.repeat(2) + "it\n";
    let outside = format!("{BREAKOUT}\n{BREAKOUT}\nit\n");
    prints(&script, &(nowhere.repeat(2) + &outside));
}

/// A folder with busybox's files, `root`, to be changed and imported.
const UNPACK: &str = "mkdir root; tar -xf /usr/share/images/busybox.tar -C root
    import() { tar -cf - -C root . | container import - planted >/dev/null; }
    ";

#[test]
fn a_link_that_an_image_has_in_place_of_a_folder_is_taken_away() {
    let script = r#"
        for name in proc sys dev etc; do
            rm -r root/$name
            ln -s /proc/1/root/mnt root/$name
        done
        import
        container run --rm --pid host planted sh -c '
            exec 2>&1
            ls -l / | grep -c ^l; head -c 9 /etc/hosts; echo
            true >/proc/sys/kernel/panic
            true >/sys/kernel/mm/ksm/run
            [ -c /dev/null ] && [ -e /proc/1/status ] && echo mounted'
        ls -A /mnt"#;
    prints(
        &format!("{UNPACK}{script}"),
        "0\n127.0.0.1\n\
         sh: can't create /proc/sys/kernel/panic: Read-only file system\n\
         sh: can't create /sys/kernel/mm/ksm/run: Read-only file system\n\
         mounted\n",
    );
}

#[test]
fn what_stands_in_the_place_of_a_file_of_etc_is_not_written_through() {
    let script = r#"
        echo mine >root/www/file
        ln -s /www/file root/etc/hosts
        ln -s /proc/1/root/mnt/file root/etc/resolv.conf
        mkfifo root/etc/hostname
        import
        container run -d --pid host --name it planted \
            sh -c 'echo started; sleep 1000' >/dev/null
        look='cd /etc; ls -l hosts hostname resolv.conf | cut -c1-10'
        container exec it sh -c "$look; cat /www/file"
        container exec it sh -c '
            cd /etc; rm hosts hostname resolv.conf
            ln -s /www/file resolv.conf; ln /www/file hosts; mkfifo hostname'
        container restart -t 0 it
        container exec it sh -c "$look; cat /www/file"
        container rm -f it
        ls -A /mnt"#;
    let files = "-rw-r--r--\n".repeat(3) + "mine\n";
    prints(
        &format!("{UNPACK}{script}"),
        &format!("{files}it\n{files}it\n"),
    );
}

#[test]
fn a_null_device_that_a_process_inside_replaces_is_not_waited_for() {
    prints(
        r#"container run -d --name it busybox sleep 1000 >/dev/null
           container exec it sh -c 'rm /dev/null; mkfifo /dev/null'
           container exec it echo run; echo $?
           container exec -i it echo run </dev/null; echo $?
           container rm -f it"#,
        "exec failed: unable to start container process: /dev/null is not \
         the null device\n128\nrun\n0\nit\n",
    );
}

#[test]
fn a_caller_that_ignores_the_end_of_its_children_gets_the_exit_status() {
    prints(
        r#"container run -d --name it busybox sh -c 'sleep 1000 & wait; exit 4' \
               >/dev/null
           trap '' CHLD PIPE
           container run --name ends busybox sh -c 'exit 3'; echo $?
           container inspect -f '{{.State.ExitCode}}' ends
           container exec it sh -c 'exit 3'; echo $?
           container start ends
           container logs -f ends
           container inspect -f '{{.State.ExitCode}}' ends
           container run --rm busybox grep SigIgn /proc/self/status | tail -c 6
           container rm -f it ends"#,
        "3\n3\n3\nends\n3\n00000\nit\nends\n",
    );
}

#[test]
fn cgroups_that_a_container_has_made_go_with_it() {
    prints(
        r#"container run --rm --privileged busybox mkdir /sys/fs/cgroup/foo
           echo $?
           container run --rm --privileged busybox sh -c $'
               cd /sys/fs/cgroup; mkdir a b b/c \xff
               while mkdir deep 2>/dev/null; do cd deep 2>/dev/null; done
               exit 3'
           echo $?
           container run -d --name it --privileged --pid host busybox sh -c '
               mkdir -p /sys/fs/cgroup/in/in
               sleep 1000 & echo $! >/sys/fs/cgroup/in/in/cgroup.procs
               echo there; wait' >/dev/null
           container logs -f it | grep -m1 there
           container rm -f it
           find /sys/fs/cgroup/container -mindepth 1 -type d; pgrep sleep
           container ps -aq"#,
        "0\n3\nthere\nit\n",
    );
}

#[test]
fn a_container_that_has_stopped_itself_keeps_no_verb_waiting() {
    prints(
        r#"container run -d --name it --privileged busybox sh -c '
               cd /sys/fs/cgroup; mkdir in; echo $$ >in/cgroup.procs
               echo there; echo 1 >cgroup.freeze; sleep 1000' >/dev/null
           container logs -f it | grep -m1 there
           until grep -qs "frozen 1" /sys/fs/cgroup/container/*/cgroup.events
           do :; done
           container exec it true; echo $?
           container stop -t 0 it
           container rm it"#,
        "there\nexec failed: cannot exec in a paused container\n128\nit\nit\n",
    );
}

#[test]
fn a_bridge_of_others_with_another_address_is_no_way_out_and_said_to_be_none() {
    prints(
        r#"ip link add docker0 type bridge
           ip address add 10.9.8.1/24 dev docker0; ip link set docker0 up
           container run --rm busybox echo run; echo $?
           ip address add 172.17.0.1/16 dev docker0
           container run --rm busybox echo run; echo $?"#,
        "container: docker0 does not have the address 172.17.0.1: ip address \
         add 172.17.0.1/16 dev docker0\n\n\
         Run 'container run --help' for more information\n125\nrun\n0\n",
    );
}

#[test]
fn a_device_file_that_a_container_makes_opens_only_if_every_container_has_it() {
    prints(
        r#"look='exec 2>&1
                 mknod /kmsg c 1 11; mknod /disk b 7 0; mknod /zero c 1 5
                 for it in zero kmsg disk; do head -c 1 /$it | wc -c; done'
           container run --rm busybox sh -c "$look"
           container run -d --name it busybox sleep 1000 >/dev/null
           container exec it sh -c "$look"
           container restart -t 0 it
           container exec it head -c 1 /kmsg
           container run --rm -t busybox sh -c 'echo seen >/dev/tty' |
               grep -o seen
           container run --rm --privileged busybox sh -c \
               'mknod /kmsg c 1 11; : </kmsg; echo open'"#,
        "1
head: /kmsg: Operation not permitted
0
head: /disk: Operation not permitted
0
1
head: /kmsg: Operation not permitted
0
head: /disk: Operation not permitted
0
it
head: /kmsg: Operation not permitted
seen
open
",
    );
}
