// Which commands a terminal of the page takes for one that goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { unfinished } from '../page/unfinished.mjs';

const LOOP = `for fd in /proc/[0-9]*/fd/*; do
    case $(readlink $fd) in
        net:*) echo $fd; nsenter --net=$fd ip -4 addr ;;
    esac
done`;

const DOCUMENTS = `cat <<'END' - <<-OTHER | sort
if a "quote
END
\tit's
\tOTHER`;

const FUNCTION = `look() {
    (cd /proc
        ls \\
            | head -n $((1 << 2))
    )
}`;

for (const [name, whole] of Object.entries({ LOOP, DOCUMENTS, FUNCTION })) {
    test(`goes on until its last line: ${name}`, () => {
        const lines = whole.split('\n');
        for (let count = 1; count <= lines.length; count += 1) {
            const text = lines.slice(0, count).join('\n');
            assert.equal(unfinished(text), count < lines.length, text);
        }
    });
}

for (const text of ['if true', 'while :; do', '{ echo a', "echo 'a", 'echo "a \\"', 'a |', 'a &&', 'a \\',
    'if a; then if b; then c; fi', 'echo $(ls', '(a', 'a=(b', 'cat <<E', 'cat <<\\E\nE E', 'case a in (b) c ;;']) {
    test(`goes on: ${text}`, () => assert.equal(unfinished(text), true));
}

for (const text of ['', 'echo if', 'echo for', 'sleep 1 &', 'echo "it\'s"', "echo don\\'t", 'ls # it\'s', 'echo }',
    'if a; then b; else c; fi', 'for a in b; do c; done', 'echo ${a%b}', 'echo \\\\', 'cat a | if b; then c; fi',
    'grep -c "for x"', "awk '{ print }'", 'echo a#b', '{ a; }', 'case a in b) c ;; esac', 'echo do if',
    'a \\\nb', 'cat <<<a', 'echo $((1<<2))', 'echo "(" \\( \'<<E\'', 'ls # (', 'cat < a > b', '(case a in b) c ;; esac)',
    'cat <<\\E\nE']) {
    test(`ends: ${text}`, () => assert.equal(unfinished(text), false));
}
