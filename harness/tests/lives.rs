//! Several verbs at once on one container, and what a life leaves behind: a
//! state that somebody has spoiled, an owner that was killed or stands still.
//!
//! Whatever hangs here hangs for as long as a container sleeps, and that is
//! longer than a test may take.

use crate::containers::{is_as_before_after, machine, run};

/// Two verbs at once; which one comes first is different each time. What they
/// say is theirs; that they end, and that nothing is left, is what counts.
#[test]
fn two_verbs_at_once_on_one_container_both_end() {
    is_as_before_after(
        "verbs=('restart -t 0' 'stop -t 0' kill start rm 'rm -f')
         for a in 0 1 2 3 4 5; do for b in $(seq $a 5); do for rm in '' --rm; do
            container run -d $rm --name it busybox sleep 100000 >/dev/null
            container ${verbs[a]} it >/dev/null 2>&1 &
            container ${verbs[b]} it >/dev/null 2>&1 &
            wait
            container rm -f it >/dev/null 2>&1
         done; done; done",
    );
}

#[test]
fn two_restarts_at_once_both_succeed_and_it_runs() {
    is_as_before_after(
        "container run -d --name it busybox sleep 100000 >/dev/null
         container run -d --rm --name too busybox sleep 100000 >/dev/null
         for i in $(seq 20); do for it in it too; do
            { container restart -t 0 $it >/dev/null || echo $i: $?; } &
            { container restart -t 0 $it >/dev/null || echo $i: $?; } &
            wait
            [ $(container inspect -f '{{.State.Status}}' $it) = running ] ||
               echo $i: $it does not run
         done; done
         container rm -f it too >/dev/null",
    );
}

#[test]
fn owners_and_verbs_killed_at_any_moment_leave_nothing_and_hold_up_nobody() {
    is_as_before_after(
        "exec 3>&2 2>/dev/null
         RANDOM=20
         verbs=('restart -t 0' 'stop -t 0' kill start 'rm -f')
         for i in $(seq 40); do
            [ $((RANDOM % 2)) = 0 ] && rm=--rm || rm=
            container run -d $rm --name it busybox sleep 100000 >/dev/null
            for j in 1 2 3; do
               container ${verbs[RANDOM % 5]} it >/dev/null &
            done
            for j in 1 2 3; do
               busybox usleep $((RANDOM * 3))
               kill -9 $(pgrep -x container | sed -n $((RANDOM % 4 + 1))p)
            done
            wait
            up=$(container ps -q | wc -l) processes=$(pgrep -x sleep | wc -l)
            [ $up = $processes ] || echo $i: $up up, $processes processes >&3
            container rm -f it >/dev/null
         done",
    );
}

#[test]
fn a_restarted_container_is_the_same_also_with_rm() {
    is_as_before_after(
        "container run -d --rm --name it busybox sleep 100000 >/dev/null
         container exec it touch /made
         container restart -t 0 it >/dev/null || echo $?
         container exec it ls /made >/dev/null || echo $?
         container stop -t 0 it >/dev/null || echo $?
         container ps -aq",
    );
}

#[test]
fn a_restart_that_is_killed_leaves_a_container_with_rm_to_be_removed() {
    is_as_before_after(
        "exec 2>/dev/null
         stubborn='trap : TERM; echo ready; while :; do sleep 1; done'
         container run -d --rm --name it busybox sh -c \"$stubborn\" >/dev/null
         container logs -f it | grep -m1 -q ready
         container restart it >/dev/null &
         until [ -e /run/container/*/restart ]; do :; done
         kill -9 $!
         container stop -t 0 it >/dev/null
         container ps -aq",
    );
}

#[test]
fn what_stays_of_a_command_in_the_background_keeps_nothing_of_its_caller() {
    is_as_before_after(
        "mkdir /root/caller
         for verb in 'run -d --name it busybox sleep 100000' \
            'restart -t 0 it' 'start it'; do
            mount -t tmpfs none /root/caller
            : $(cd /root/caller; exec 8>&1 9>held; container $verb)
            umount /root/caller || echo $verb: a mount
            [ \"$verb\" = 'restart -t 0 it' ] && container stop -t 0 it >/dev/null
         done
         mount -t tmpfs none /root/caller
         : $(cd /root/caller; exec 8>&1 9>held; container run --rm busybox true)
         umount /root/caller || echo run: a mount
         rmdir /root/caller
         container rm -f it >/dev/null",
    );
}

#[test]
fn containers_are_stopped_side_by_side() {
    let printed = run(
        &mut machine(),
        "until='until nc 127.0.0.1 7777 </dev/null; do :; done 2>/dev/null'
         idle='echo ready; while :; do sleep 0.1; done'
         container run -d --net host --name first busybox \
            sh -c \"trap 'nc -l -p 7777; exit 7' TERM; $idle\" >/dev/null
         container run -d --net host --name second busybox \
            sh -c \"trap '$until; exit 7' TERM; $idle\" >/dev/null
         container logs -f first | grep -m1 ready
         container logs -f second | grep -m1 ready
         container stop -t 100 first nosuch second; echo $?
         container inspect -f '{{.State.ExitCode}}' first second",
    );
    let expected = "ready\nready\nfirst\nError: No such container: nosuch\n\
                    second\n1\n7\n7\n";
    assert_eq!(printed, expected);
}

#[test]
fn a_spoiled_state_is_named_and_rm_f_ends_and_removes_the_container() {
    is_as_before_after(
        r#"spoil() {
              case $1 in
              cut) truncate -s 99 state.json ;;
              empty) : >state.json ;;
              endless) truncate -s 1000000000000 state.json ;;
              fifo) rm state.json; mkfifo state.json ;;
              folder) rm state.json; mkdir state.json ;;
              link) ln -sf /etc/passwd state.json ;;
              short) sed -i 's/"id":"[0-9a-f]*/"id":"abc/' state.json ;;
              words) sed -i 's/"words":\[[^]]*/"words":[/' state.json ;;
              bundle) sed -i 's/"bundle":"/&\/root/' state.json ;;
              claim) rm claim; mkfifo claim ;;
              place) cd ..; mv $id ..; mkfifo $id ;;
              esac
           }
           for how in cut empty endless fifo folder link short words bundle claim \
              place
           do
              id=$(container run -d busybox sleep 100000)
              cd /run/container/$id
              spoil $how
              cd /
              container ps 2>said | wc -l | grep -qx 1 || echo $how: ps
              grep -q "^container: .*/run/container/$id/.*: container rm -f $id" \
                 said || cat said
              [ $(wc -l <said) = 1 ] || cat said
              container stop -t 0 $id 2>said >&2 && echo $how: stop
              grep -q "^Error: the state of $id cannot be read" said || cat said
              container run --rm busybox true 2>/dev/null || echo $how: run
              container rm -f ${id:0:12} 2>/dev/null >&2 || echo $how: rm -f
              pgrep -x sleep
              container ps -aq
              rm -rf /run/$id
           done
           rm said"#,
    );
}

/// The next command is, that is: nobody else looks.
#[test]
fn who_removes_a_state_by_hand_is_rid_of_the_container() {
    is_as_before_after(
        "id=$(container run -d busybox sleep 100000)
         owner=$(pgrep -x container)
         rm -r /run/container/$id
         container ps -aq
         pgrep -x sleep
         while [ -e /proc/$owner ]; do :; done",
    );
}

#[test]
fn what_is_no_container_in_the_folders_of_containers_is_left_alone() {
    is_as_before_after(
        r#"cd /run/container
           mkdir $'\xff' short; mkfifo fifo; echo stray >stray
           id=$(busybox printf %064d 7)
           mkfifo /var/lib/container/containers/$id
           container run --rm busybox true || echo $?
           rm -r $'\xff' short fifo stray
           rm -f lock; mkfifo lock
           container ps 2>&1 | grep -qx \
             'Error: /run/container/lock: not a regular file' || echo lock
           rm lock"#,
    );
}

#[test]
fn an_owner_that_stands_still_is_named_and_nobody_waits_for_it_for_ever() {
    let printed = run(
        &mut machine(),
        "container run -d --name it busybox sleep 100000 >/dev/null
         owner=$(pgrep -x container)
         kill -STOP $owner
         container stop -t 0 it >said 2>&1; echo $?
         sed s/$owner/OWNER/g said
         kill -CONT $owner
         container stop -t 0 it
         container inspect -f '{{.State.Status}} {{.State.ExitCode}}' it",
    );
    let expected = "1\nError: process OWNER, which owns the container, has not \
                    cleaned up after it for 30 s: kill -9 OWNER, and the next \
                    command cleans up\nit\nexited 137\n";
    assert_eq!(printed, expected);
}

#[test]
fn a_start_that_works_clears_the_error_and_the_status_of_the_one_before() {
    let printed = run(
        &mut machine(),
        "container run -d --name one -p 4000:80 busybox sleep 100000 >/dev/null
         container run -d --name two -p 4000:80 busybox sleep 100000 \
            >/dev/null 2>&1
         show='{{.State.ExitCode}} {{.State.Error}}'
         container inspect -f \"$show\" two | grep -o '^[0-9]* .*: driver failed'
         container rm -f one
         container start two
         container inspect -f \"$show.\" two",
    );
    assert_eq!(
        printed,
        "128 failed to set up container networking: driver failed\none\ntwo\n0 .\n"
    );
}

/// Of seventeen IDs two begin with the same digit.
#[test]
fn the_beginning_of_two_ids_names_neither() {
    let printed = run(
        &mut machine(),
        "for i in $(seq 17); do container run --net none busybox true; done
         digit=$(container ps -aq | cut -c1 | sort | uniq -d | head -n1)
         for verb in 'rm -f' inspect stop start; do
            container $verb $digit 2>&1 >/dev/null | sed s/$digit$/DIGIT/
            echo ${PIPESTATUS[0]}
         done
         container ps -aq | wc -l",
    );
    let refused = "Error: multiple IDs found with provided prefix: DIGIT\n1\n";
    assert_eq!(printed, refused.repeat(4) + "17\n");
}

#[test]
fn an_error_while_cleaning_up_hides_neither_the_reason_nor_other_verbs() {
    let printed = run(
        &mut machine(),
        "unshare --user --map-root-user container run --name it busybox true \
            2>said; echo $?
         grep -c '^container: unable to start .*: Operation not permitted' said
         grep rtnetlink said
         container ps --all --quiet | wc -l
         container rm it",
    );
    assert_eq!(printed, "125\n1\n1\nit\n");
}
