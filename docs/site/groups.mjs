// Files of the machine in the page, in groups: a group is one folder of the site,
// whose name has the hash of its contents. Within a group, a file is found at its
// own path; across groups, by machine.json.

/** Scripts of docs/live/page, and their style. */
const PAGE = [
    'desk.mjs', 'emulator.mjs', 'exercise.mjs', 'expect.mjs', 'files.mjs', 'kept.mjs', 'keys.mjs',
    'line.mjs', 'machine.mjs', 'marks.mjs', 'page.mjs', 'panel.css', 'panel.mjs', 'player.mjs',
    'predict.mjs', 'prose.mjs', 'screen.mjs', 'unfinished.mjs',
];

/** What a lesson's page judges by: one file for each chapter and language. */
const LESSONS = [1, 2, 3, 4, 5, 6, 7]
    .flatMap(chapter => [`lesson-${chapter}.en.json`, `lesson-${chapter}.zh-CN.json`]);

/** Exercises to find something, likewise. */
const EXERCISES = ['1.3', '3.4', '4.3', '5.3', '6.3', '7.3']
    .flatMap(number => [`exercise-${number}.en.json`, `exercise-${number}.zh-CN.json`]);

/**
 * Each group's files. `from` is the folder that `path` begins in: `cache`,
 * `machine` (a saved machine of the page) or `workspace` (this repository).
 */
export const GROUPS = {
    v86: [{ from: 'machine', path: '.', files: ['libv86.mjs', 'v86.wasm'] }],
    live: [
        { from: 'workspace', path: 'docs/live', files: ['live.mjs', 'finding.mjs'] },
        { from: 'cache', path: 'page/live', files: ['live.wasm', ...LESSONS, ...EXERCISES] },
    ],
    page: [
        { from: 'workspace', path: 'docs/live/page', files: PAGE },
        { from: 'workspace', path: 'vm/page', files: ['channel.mjs', 'ends.mjs', 'memory.mjs'] },
        {
            from: 'cache',
            path: 'page/emulator/node_modules/@xterm/xterm',
            files: ['lib/xterm.mjs', 'css/xterm.css'],
        },
    ],
};

/** Files beside index.html, with their own names. */
export const ROOT = [{ from: 'workspace', path: 'docs/live', files: ['offline.js'] }];
