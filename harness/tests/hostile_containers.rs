//! Whatever an image or a process in a container does: the machine is not its,
//! and the verbs go on.

use std::time::Duration;

use harness::course;
use harness::laboratory::Laboratory;
use harness::machine::Machine;

/// A machine with an image.
fn machine() -> Machine {
    let mut laboratory = Laboratory::open(&course::workspace()).unwrap();
    let mut machine = laboratory.machine().unwrap();
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
           printf '1.2.3.4 x # J\374rgen\n' >hosts
           mount --bind hosts /etc/hosts
           cp hosts /etc/resolv.conf
           container run --rm --net host busybox tail -c 8 /etc/hosts | hex
           container run --rm busybox tail -c 8 /etc/resolv.conf | hex
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
