// Whether a command of bash goes on in the next line: a quote, a parenthesis, a pipe,
// a compound command or a here-document is open.

const TOKEN = /\\\n|\n|<<<|<<-?|[;&|()<>]|(?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^\n]|[^\s;&|()<>'"\\])+|['"\\]/g;

/** First words of compound commands. */
const OPENS = new Set(['if', 'case', 'for', 'while', 'until', 'select', '{']);
const CLOSES = new Set(['fi', 'esac', 'done', '}']);

/** Behind these a command begins, in the same line. */
const BEFORE_COMMAND = new Set([
    '\n', ';', '&', '|', '(', ')', '!', '{', 'if', 'then', 'elif', 'else', 'while', 'until', 'do',
]);

/** Word that ends a here-document; a number belongs to arithmetic. */
const END = /^(['"]?|\\)([A-Za-z_]\w*)\1$|^\\([A-Za-z_]\w*)$/;

/** Returns the last line of the here-document whose `operator` stands before `word`. */
function lastLine(operator, word) {
    const [, , plain, escaped] = word.match(END) ?? [];
    const name = plain ?? escaped;
    return name && new RegExp(`^${operator === '<<-' ? '\\t*' : ''}${name}$`, 'gm');
}

export function unfinished(text) {
    /** Compound commands and parentheses that are open. */
    const open = [];
    /** Last lines of the here-documents that begin behind this line. */
    const documents = [];
    let begins = true;
    let comment = false;
    let before = '';
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
        const [token] = found;
        comment = (comment || token.startsWith('#')) && token !== '\n';
        if (comment || token === '\\\n') {
            continue;
        }
        if (token === "'" || token === '"' || token === '\\') {
            return true;
        }
        if (before === '<<' || before === '<<-') {
            documents.push(lastLine(before, token));
        }
        while (token === '\n' && documents.length > 0) {
            const last = documents.shift();
            if (last) {
                last.lastIndex = TOKEN.lastIndex;
                if (!last.test(text)) {
                    return true;
                }
                TOKEN.lastIndex = last.lastIndex;
            }
        }
        if (token === '(' || (begins && OPENS.has(token))) {
            open.push(token);
        } else if (token === ')' ? open.at(-1) === '(' : begins && CLOSES.has(token)) {
            open.pop();
        }
        begins = BEFORE_COMMAND.has(token) && (begins || !/^\w/.test(token));
        before = token;
    }
    return open.length > 0 || documents.some(it => it) || /(\||&&)\s*$/.test(text);
}
