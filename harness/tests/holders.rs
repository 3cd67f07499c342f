//! Who holds a namespace that nobody is a member of, as listns tells it.

mod chapter_7 {
    use crate::containers::{machine, run};

    /// Opens the handle of a PID namespace in two others, twice, and ends all
    /// members of the three.
    const THREE: &str = r#"
        mkfifo /run/up
        unshare --pid --fork unshare --pid --fork unshare --pid --fork \
            sh -c 'echo >/run/up; exec sleep 1000' &
        read </run/up
        exec 3</proc/$(pgrep -x sleep)/ns/pid 4<&3
        kill -9 $(pgrep -P $!)
        wait 2>/dev/null"#;

    #[test]
    fn a_pid_namespace_is_held_by_its_child_and_listed_for_who_asks_for_members()
     {
        let mut machine = machine();
        let printed = run(
            &mut machine,
            &format!(
                "{THREE}
                 listns --type pid | wc -l
                 listns --type pid --members | tail -n +3 | tr -s ' ' |
                     cut -d ' ' -f 3-5 | sed 's/[0-9][0-9]*/N/'
                 listns --type pid | wc -l"
            ),
        );
        let held = "its child pid:[N]\nits child pid:[N]\ndescriptor N of\n";
        assert_eq!(printed, format!("2\n{held}2\n"));
    }
}
