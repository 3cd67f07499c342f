// The line that a reader types at a prompt: a lesson's terminals have no echo
// and no editing of their own.

import { unfinished } from './unfinished.mjs';

const COLUMNS = 80;
/** Prompt of a command's second line, as in bash. */
const GOES_ON = '> ';
const MOST_REMEMBERED = 200;

const CONTROL = {
    '\r': 'finish', '\n': 'finish', '\x7f': 'erase', '\b': 'erase', '\x1b[3~': 'delete',
    '\x1b[D': 'left', '\x1bOD': 'left', '\x02': 'left',
    '\x1b[C': 'right', '\x1bOC': 'right', '\x06': 'right',
    '\x1b[A': 'older', '\x1bOA': 'older', '\x10': 'older',
    '\x1b[B': 'newer', '\x1bOB': 'newer', '\x0e': 'newer',
    '\x1b[H': 'home', '\x1bOH': 'home', '\x01': 'home',
    '\x1b[F': 'end', '\x1bOF': 'end', '\x05': 'end',
    '\x15': 'clear', '\x03': 'cancel', '\x04': 'closeOrDelete', '\x0c': 'top',
};

const KEYS = /\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|[^]/gu;

/** Columns of a text: a Chinese character has two. */
function width(text) {
    return [...text].reduce(
        (sum, it) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(it) ? 2 : 1), 0);
}

export class Line {
    /** `write` shows text in the terminal; `enter` gets a whole line, `close`
        is called for Ctrl-D in an empty one. */
    constructor({ write, enter, close }) {
        Object.assign(this, { write, enter, close });
        this.prompt = '';
        /** Lines of a command that goes on. */
        this.begun = [];
        this.past = [];
        /** Keys that came before the prompt. */
        this.early = [];
        this.open = false;
    }

    /** Shows the prompt of a shell, and takes keys from now on. */
    begin(prompt) {
        this.shell = prompt;
        this.begun = [];
        this.ask(prompt);
    }

    ask(prompt) {
        this.prompt = prompt;
        this.open = true;
        this.text = [];
        this.at = 0;
        this.chosen = this.past.length;
        this.row = 0;
        this.draw();
        const early = this.early.splice(0);
        this.take(early.join(''));
    }

    /** Ends the line as if `text` had been typed, and shows that. */
    replace(text) {
        if (this.open) {
            this.text = [];
            this.at = 0;
            this.draw();
            this.open = false;
        }
        this.write(text.split('\n').join('\r\n> ') + '\r\n');
    }

    take(keys) {
        for (const key of keys.match(KEYS) ?? []) {
            if (this.open) {
                this.press(key);
            } else {
                this.early.push(key);
            }
        }
    }

    press(key) {
        const control = CONTROL[key];
        if (control) {
            this[control]();
        } else if (!/^[\x00-\x1f]/.test(key)) {
            this.text.splice(this.at, 0, key);
            this.at += 1;
        }
        if (this.open) {
            this.draw();
        }
    }

    draw() {
        const rows = place => Math.floor(width(this.prompt + this.text.slice(0, place).join('')) / COLUMNS);
        const up = this.row > 0 ? `\x1b[${this.row}A` : '';
        const all = this.prompt + this.text.join('');
        // At the border the terminal waits with the cursor in the last column.
        const next = width(all) % COLUMNS === 0 ? ' \r' : '';
        const last = rows(this.text.length);
        this.row = rows(this.at);
        const back = last > this.row ? `\x1b[${last - this.row}A` : '';
        const column = width(this.prompt + this.text.slice(0, this.at).join('')) % COLUMNS;
        const along = column > 0 ? `\x1b[${column}C` : '';
        this.write(`${up}\r\x1b[J${all}${next}${back}\r${along}`);
    }

    leave() {
        this.at = this.text.length;
        this.draw();
        this.open = false;
        this.write('\r\n');
    }

    finish() {
        const text = this.text.join('');
        this.leave();
        if (text.trim() && text !== this.past.at(-1)) {
            this.past.push(text);
            this.past.splice(0, this.past.length - MOST_REMEMBERED);
        }
        this.begun.push(text);
        const command = this.begun.join('\n');
        if (unfinished(command)) {
            this.ask(GOES_ON);
        } else {
            this.enter(command);
        }
    }

    show(text) {
        this.text = [...text];
        this.at = this.text.length;
    }

    step(by) {
        this.chosen = Math.min(this.past.length, Math.max(0, this.chosen + by));
        this.show(this.past[this.chosen] ?? '');
    }

    older() {
        this.step(-1);
    }

    newer() {
        this.step(1);
    }

    left() {
        this.at = Math.max(0, this.at - 1);
    }

    right() {
        this.at = Math.min(this.text.length, this.at + 1);
    }

    home() {
        this.at = 0;
    }

    end() {
        this.at = this.text.length;
    }

    erase() {
        if (this.at > 0) {
            this.at -= 1;
            this.text.splice(this.at, 1);
        }
    }

    delete() {
        this.text.splice(this.at, 1);
    }

    clear() {
        this.text.splice(0, this.at);
        this.at = 0;
    }

    top() {
        this.write('\x1b[2J\x1b[H');
        this.row = 0;
    }

    cancel() {
        this.leave();
        this.begin(this.shell);
    }

    closeOrDelete() {
        if (this.text.length > 0) {
            this.delete();
        } else if (this.begun.length > 0) {
            this.cancel();
        } else {
            this.open = false;
            this.write('\r\n');
            this.close();
        }
    }
}
