//! Steps of the lessons. A test compares them with the lessons.

/// A step of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Number of the chapter.
    pub chapter: u32,
    /// Number of the step, from 1.
    pub number: usize,
    /// Name of the step, as in the names of its snapshots.
    pub slug: &'static str,
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident = $chapter:literal . $number:literal $slug:literal;)*) => {
        $($(#[$doc])* pub const $name: Step = Step {
            chapter: $chapter,
            number: $number,
            slug: $slug,
        };)*

        /// All steps that rules name.
        pub const ALL: &[Step] = &[$($name),*];
    };
}

steps! {
    /// Who may look at a process's handles.
    WHO_MAY_LOOK = 1 . 8 "who-may-look";
    /// The hostname.
    ITS_OWN_NAME = 2 . 1 "its-own-name-uts";
    /// A shell whose first child has ended.
    CHILDREN_MOVE = 2 . 2 "the-process-stays-its-children-move-pid";
    /// A signal to a PID of another namespace.
    WHOSE_PROCESSES = 2 . 4 "whose-processes-does-proc-show";
    /// Mounts and propagation.
    A_COPY_OF_ALL_MOUNTS = 2 . 5 "a-copy-of-all-mounts-mnt";
    /// A network without a route.
    NOTHING_IN_IT = 2 . 6 "a-network-with-nothing-in-it-net";
    /// An ordinary user asks for namespaces.
    ROOT_IN_THERE = 2 . 7 "root-in-there-user";
    /// A machine that forbids user namespaces.
    WHERE_IT_IS_FORBIDDEN = 2 . 8 "where-it-is-forbidden-user";
    /// Maps.
    WHO_WRITES_THE_MAP = 2 . 9 "who-writes-the-map";
    /// Clocks.
    LESS_THAN_THE_NAME_SAYS = 2 . 10 "less-than-the-name-says-ipc-cgroup-time";
    /// The program `unshare`.
    THE_PROGRAM_UNSHARE = 2 . 11 "the-program";
    /// A network that belongs to another user namespace.
    WHO_OWNS_THEM = 2 . 12 "all-eight-and-who-owns-them";
    /// A handle for setns(2).
    HAND_ONE = 3 . 3 "hand-one-to-the-kernel";
    /// The port of another network.
    WHOSE_LOOPBACK = 3 . 5 "whose-127001";
    /// A hostname that a container may not set.
    DOCKER_EXEC = 3 . 6 "all-six-docker-exec";
    /// Joining a PID namespace.
    ONLY_CHILDREN = 3 . 7 "a-pid-namespace-takes-only-children";
    /// Types that threads have in common.
    A_MEMBER_IS_A_THREAD = 3 . 8 "a-member-is-a-thread";
    /// The program `set_ns`.
    THE_PROGRAM_SET_NS = 3 . 9 "the-program";
    /// Files that are no handles, and handles of others.
    WHAT_IT_REFUSES = 3 . 10 "what-it-refuses";
    /// A handle that has gone with its process.
    THE_CONTAINER_ENDS = 3 . 11 "the-container-ends-and-you-are-still-there";
    /// A network that a container may not change.
    ONE_NETWORK_STACK = 4 . 7 "one-network-stack";
    /// A port that is taken.
    ONE_PORT_80 = 5 . 7 "one-port-80";
    /// A bridge that a container may not make.
    ROOT_OF_THE_NETWORK = 5 . 10 "root-of-the-machines-network";
    /// A server that has ended.
    WHAT_STAYS_BEHIND = 5 . 11 "what-stays-behind";
    /// pivot_root(2), mounts.
    ANOTHER_ROOT = 6 . 5 "another-root";
    /// Capabilities of a container.
    LESS_THAN_ROOT = 6 . 10 "a-layer-of-its-own-and-less-than-root";
    /// listns(2).
    A_LIST_WITHOUT_PROC = 7 . 1 "a-list-without-proc";
    /// A namespace is opened by its identifier.
    JOINING_WHAT_NO_PROCESS_IS_IN = 7 . 8 "joining-what-no-process-is-in";
    /// open_tree(2).
    ANOTHER_ROOT_IN_TWO_CALLS = 7 . 11 "another-root-in-two-calls";
}
