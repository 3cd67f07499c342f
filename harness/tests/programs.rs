//! Behaviour that all programs of the chapters have in common, where the kernel
//! decides. The programs share no code, so these tests compare them.

use std::time::Duration;

use harness::course;
use harness::machine::Machine;

use crate::excerpt::excerpt;
use crate::faults::subject::machines;

fn machine() -> Machine {
    machines().machine().unwrap()
}

/// Runs a script, and returns both of its outputs as one.
fn said(machine: &mut Machine, script: &str) -> String {
    let script = format!("exec 2>&1\n{script}");
    let limit = Duration::from_secs(60);
    let output = machine.exec(&["bash", "-c", &script], b"", limit).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Programs that end in a command, and have a child become the command.
const WITH_A_CHILD: [&str; 4] = [
    "unshare --fork",
    "set_ns /proc/self/ns/pid",
    "net-container --net container:1",
    "net-host --net host",
];

#[test]
fn a_status_is_passed_on_also_where_the_caller_ignores_sigchld() {
    let mut machine = machine();
    for program in WITH_A_CHILD {
        let script = format!("trap '' CHLD; {program} sh -c 'exit 3'; echo $?");
        assert_eq!(said(&mut machine, &script), "3\n", "{program}");
    }
}

/// The signals that a command finds ignored or blocked.
fn signals(machine: &mut Machine, program: &str) -> String {
    let script = format!(
        "trap '' CHLD PIPE INT TERM
         exec {program} grep -E 'Sig(Blk|Ign)' /proc/self/status"
    );
    said(machine, &script)
}

#[test]
fn a_command_finds_its_signals_as_util_linux_hands_them_on() {
    let mut machine = machine();
    let nsenter = signals(&mut machine, "nsenter --net=/proc/self/ns/net");
    assert!(
        nsenter.ends_with("SigIgn:\t0000000000015002\n"),
        "{nsenter}"
    );
    let nothing_new = signals(&mut machine, "unshare");
    assert_eq!(nothing_new, nsenter);
    let net = signals(&mut machine, "set_ns /proc/self/ns/net");
    assert_eq!(net, nsenter);

    let forks = signals(&mut machine, "/usr/bin/unshare --fork");
    assert!(forks.ends_with("SigIgn:\t0000000000005002\n"), "{forks}");
    for program in WITH_A_CHILD {
        assert_eq!(signals(&mut machine, program), forks, "{program}");
    }
}

/// Ends the program, and waits for the end of its command: only then there is
/// nobody any more who has its standard output open.
fn ends_with(machine: &mut Machine, program: &str, signal: &str) {
    let script = format!(
        "coproc {program} sh -c 'echo ready; exec sleep infinity'
         exec 3<&${{COPROC[0]}}
         read word <&3; kill -{signal} $COPROC_PID; cat <&3; echo $word"
    );
    let text = said(machine, &script);
    assert!(text.ends_with("ready\n"), "{program}: {}", excerpt(&text));
}

#[test]
fn no_command_outlives_who_waits_for_it() {
    let mut machine = machine();
    for program in WITH_A_CHILD {
        ends_with(&mut machine, program, "KILL");
    }
    // unshare(1), and ours, leave it to the command to answer.
    for program in &WITH_A_CHILD[1..] {
        ends_with(&mut machine, program, "TERM");
    }
}

/// Each with the call in which it asks for new namespaces.
const THAT_CREATE: [(&str, &str, &str); 3] = [
    ("unshare", "--uts", "unshare(CLONE_NEWUTS)"),
    ("net-container", "--net container:1", "clone(CLONE_NEW*)"),
    ("net-host", "--net host", "clone(CLONE_NEW*)"),
];

#[test]
fn all_say_the_same_of_a_limit() {
    let mut machine = machine();
    said(&mut machine, "echo 0 > /proc/sys/user/max_uts_namespaces");
    for (name, options, call) in THAT_CREATE {
        let script = format!("{name} {options} true; echo $?");
        let text = format!(
            "{name}: {call}: No space left on device\n\
             {name}: at a limit: /proc/sys/user, or 32 levels\n1\n"
        );
        assert_eq!(said(&mut machine, &script), text);
    }
}

/// Runs `container` after these words, and returns its output. The words before
/// a call's name are Docker's.
fn container(machine: &mut Machine, before: &str) -> String {
    let image = "container import /usr/share/images/busybox.tar busybox";
    said(machine, &format!("{image} > /run/id"));
    let script = format!("{before} container run --rm busybox true; echo $?");
    said(machine, &script)
}

#[test]
fn container_says_the_same_of_its_namespaces() {
    let mut machine = machine();
    let text = container(&mut machine, "unshare --pid");
    let advice = "\ncontainer: add --fork to a --pid before; \
                  or the kernel lacks one\n";
    assert!(text.contains(advice), "{text}");
    assert_eq!(container(&mut machine, "unshare --pid --fork"), "0\n");
    said(&mut machine, "echo 0 > /proc/sys/user/max_uts_namespaces");
    let text = container(&mut machine, "");
    let advice = "\ncontainer: at a limit: /proc/sys/user, or 32 levels\n";
    assert!(text.contains(advice), "{text}");
}

/// Runs itself in itself, until the kernel refuses one more.
fn nested(machine: &mut Machine, program: &str, levels: usize) -> String {
    let words = vec![program; levels].join(" ");
    said(machine, &format!("{words} true; echo $?"))
}

#[test]
fn all_say_the_same_of_levels_that_are_too_many() {
    let mut machine = machine();
    for (name, options, call) in THAT_CREATE {
        let pid = options.replace("--uts", "--pid --fork");
        let call = call.replace("UTS", "PID");
        let most = 32;
        let program = format!("{name} {pid}");
        assert_eq!(nested(&mut machine, &program, most), "0\n", "{name}");
        let text = format!(
            "{name}: {call}: No space left on device\n\
             {name}: at a limit: /proc/sys/user, or 32 levels\n1\n"
        );
        assert_eq!(nested(&mut machine, &program, most + 1), text);
    }
    // Of user namespaces there is one level more.
    let program = "unshare --map-root-user";
    assert_eq!(nested(&mut machine, program, 33), "0\n");
    let text = nested(&mut machine, program, 34);
    assert!(text.contains("(CLONE_NEWUSER): No space left"), "{text}");
}

#[test]
fn all_say_the_same_of_a_pid_namespace_after_one_without_a_child() {
    let mut machine = machine();
    for (name, options, call) in THAT_CREATE {
        let options = options.replace("--uts", "--pid");
        let call = call.replace("UTS", "PID");
        let script = format!("unshare --pid {name} {options} true; echo $?");
        let text = format!(
            "{name}: {call}: Invalid argument\n\
             {name}: add --fork to a --pid before; \
             or the kernel lacks one\n1\n"
        );
        assert_eq!(said(&mut machine, &script), text);
        // The advice helps.
        let script = format!("unshare --pid --fork {name} {options} true");
        assert_eq!(said(&mut machine, &script), "");
    }
}

#[test]
fn all_say_of_a_user_namespace_what_it_may_not_mount() {
    let mut machine = machine();
    let may_not = |name: &str, object: &str, advice: &str| {
        format!(
            "{name}: mount({object}): Operation not permitted\n\
             {name}: in a user namespace: {advice}\n1\n"
        )
    };
    let proc = may_not("unshare", "/proc", "--pid --fork, no mount in /proc");
    let unshare = "unshare --map-root-user --mount-proc";
    let script = format!("{unshare} true; echo $?");
    assert_eq!(said(&mut machine, &script), proc);
    let unshare = format!("{unshare} --pid --fork true; echo $?");
    assert_eq!(said(&mut machine, &unshare), "0\n");

    let advice = "own net, no mount in /proc, /sys";
    let host = "unshare --map-root-user net-host --net host true; echo $?";
    let text = may_not("net-host", "/sys", advice);
    assert_eq!(said(&mut machine, host), text);
    let host = host.replace("root-user", "root-user --net");
    assert_eq!(said(&mut machine, &host), "0\n");

    said(&mut machine, "mount --bind /dev/null /proc/kcore");
    assert_eq!(said(&mut machine, &unshare), proc);
    let text = may_not("net-host", "/proc", advice);
    assert_eq!(said(&mut machine, &host), text);
}

#[test]
fn unshare_says_who_may_make_no_user_namespace() {
    let mut machine = machine();
    let text = "unshare: unshare(CLONE_NEWUSER): Operation not permitted\n\
                unshare: a chroot, a missing uid_map \
                or this system forbids it\n1\n";
    let nobody = "unshare --user unshare --user true; echo $?";
    assert_eq!(said(&mut machine, nobody), text);
    let root = "unshare --map-root-user unshare --user true; echo $?";
    assert_eq!(said(&mut machine, root), "0\n");
}

#[test]
fn root_without_the_capability_is_told_of_the_capability() {
    let mut machine = machine();
    for (name, options, call) in THAT_CREATE {
        let without = "setpriv --bounding-set -sys_admin";
        let script = format!("{without} {name} {options} true; echo $?");
        let call = match name {
            "net-container" => "setns(/proc/1/ns/net)",
            _ => call,
        };
        let text = said(&mut machine, &script);
        let refused = format!("{name}: {call}: Operation not permitted\n");
        assert!(text.starts_with(&refused), "{text}");
        assert!(text.contains(" needs CAP_SYS_ADMIN: "), "{text}");
    }
}

#[test]
fn all_say_the_same_of_a_root_that_is_no_mount_point() {
    let mut machine = machine();
    said(
        &mut machine,
        "mkdir /new; cd /new; mkdir usr proc sys; mount --bind /usr usr
         mount -t proc proc proc
         for it in bin sbin lib lib64; do cp -a /$it .; done",
    );
    let chroot = "chroot /new";
    for (name, options, _) in THAT_CREATE {
        let options = options.replace("--uts", "--mount");
        let script = format!("{chroot} {name} {options} true; echo $?");
        let advice = format!(
            "{name}: mount(/): Invalid argument\n\
             {name}: no mount point: before chroot DIR, mount --bind DIR DIR\n"
        );
        let said_of_it = said(&mut machine, &script);
        assert!(said_of_it.starts_with(&advice), "{said_of_it}");
        assert!(said_of_it.ends_with("\n1\n"), "{said_of_it}");
    }
    let script = "chroot /new unshare --mount --propagation unchanged true";
    assert_eq!(said(&mut machine, script), "");
    let script = "chroot /new unshare --user true; echo $?";
    let forbidden = "unshare: unshare(CLONE_NEWUSER): Operation not permitted\n\
                     unshare: a chroot, a missing uid_map \
                     or this system forbids it\n1\n";
    assert_eq!(said(&mut machine, script), forbidden);
    said(&mut machine, "cd /; mount --rbind /new /new");
    for (name, options, _) in THAT_CREATE {
        let options = options.replace("--uts", "--mount");
        let script = format!("{chroot} {name} {options} true");
        assert_eq!(said(&mut machine, &script), "");
    }
}

#[test]
fn a_user_is_known_also_if_another_ones_name_is_no_text() {
    let script = "printf 'j:x:7:7:J\\374rgen:/:\\n' > /tmp/passwd
        cat /etc/passwd >> /tmp/passwd; cat /tmp/passwd > /etc/passwd
        list-namespaces --all -t uts | head -n 2 | awk '{ print $5 }'";
    assert_eq!(said(&mut machine(), script), "USER\nroot\n");
}

/// The chapters share no library, but each has the same file.
#[test]
fn the_command_is_started_alike_in_every_chapter() {
    let chapters = course::chapters(&course::workspace()).unwrap();
    let mut files = Vec::new();
    for chapter in &chapters[1..5] {
        let folder = chapter.lesson_path().parent().unwrap().to_owned();
        files.push(std::fs::read(folder.join("src/command.rs")).unwrap());
    }
    assert!(files.iter().all(|file| *file == files[0]));
}
