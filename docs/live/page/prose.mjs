// The prose of exercises: paragraphs, blocks that are indented by four blanks, and
// words in `backquotes`.

const INDENT = /^ {4}/;

export function prose(make, text) {
    return text.replace(/\n+$/, '').split(/\n{2,}/).filter(it => it.trim()).map(part => {
        const lines = part.split('\n').filter(it => it.trim());
        if (lines.every(it => INDENT.test(it))) {
            return make('pre', {}, make('code', {}, lines.map(it => it.slice(4)).join('\n')));
        }
        const pieces = lines.map(it => it.trim()).join(' ').split('`');
        return make('p', {}, ...pieces.map((it, at) => (at % 2 ? make('code', {}, it) : it)));
    });
}
