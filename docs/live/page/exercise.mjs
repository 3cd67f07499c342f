// An exercise to find something: a machine to look around in, and a field for the
// answer.

import { Desk } from './desk.mjs';
import { prose } from './prose.mjs';

const TERMINAL = 'host';

/** What book/theme/exercise.js needs to know of an exercise that has begun. */
export async function begin(book, place) {
    const exercise = new Exercise(book, place);
    await exercise.begin(`exercise-${place.number}`);
    return exercise;
}

class Exercise extends Desk {
    /** `number` is that of the exercise, such as 3.4. */
    constructor(book, { number, ...place }) {
        super(book, { ...place, failed: 'exerciseFailed' });
        this.number = number;
        this.prepared = false;
    }

    /** Opens the exercise of a file. */
    async open(text) {
        const { Finding, NO_LESSON } = await import(this.files.address('live/finding.mjs'));
        Object.assign(this, { Finding, exercise: JSON.parse(text) });
        return this.live.open(NO_LESSON);
    }

    /** A new machine with new values. */
    async start() {
        const { book, panel, player } = this;
        this.prepared = false;
        panel.clear();
        this.askAnswer();
        panel.say(book.say('liveStarting'));
        this.finding = new this.Finding(this.live, said => player.does(said));
        await player.start();
        panel.say(book.say('exerciseSetup'));
        const entropy = crypto.getRandomValues(new Uint8Array(32));
        await this.finding.prepare(this.exercise, entropy);
        panel.say(book.say('exerciseReady'));
        this.prepared = true;
        this.enable();
    }

    /** News of the player. */
    told(news) {
        const { panel } = this;
        const screen = panel.screens.get(TERMINAL);
        this.finding.told(news);
        switch (news.what) {
        case 'ready':
            screen.prompt(news.prompts?.[TERMINAL] ?? `${TERMINAL}#`);
            break;
        case 'output':
            screen.output(news.bytes);
            break;
        case 'ran':
        case 'waits':
            screen.prompt(news.prompt ?? `${TERMINAL}#`);
            break;
        case 'kernel':
            panel.showMatrix(news.matrix);
            break;
        case 'closed':
            screen.closed(this.book.say('liveClosed'));
            break;
        case 'lost':
            this.lost(news.why);
            break;
        }
    }

    /** The field for the answer, behind the terminal and its keys. */
    askAnswer() {
        const { make, say } = this.book;
        this.field = make('input', {
            type: 'text', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: '100',
        });
        this.check = make('button', { type: 'submit' }, say('exerciseCheck'));
        this.said = make('div', { class: 'live-feedback', role: 'status' });
        const label = make('span', {}, say('exerciseAnswer', { number: this.number }));
        const form = make('form', { class: 'live-expect live-answer' },
            make('label', {}, label, this.field), this.check);
        form.addEventListener('submit', event => {
            event.preventDefault();
            this.judge();
        });
        this.panel.below.replaceChildren(form, this.said);
        this.panel.body.append(this.panel.below);
        this.enable();
    }

    enable() {
        this.check.disabled = !this.prepared;
    }

    judge() {
        const { make, say, remember } = this.book;
        const answer = this.field.value.trim();
        if (!this.prepared || !answer) {
            return;
        }
        const { right, says } = this.finding.answer(answer);
        const verdict = make('p', { class: right ? 'live-right' : 'live-wrong' },
            say(right ? 'exerciseRight' : 'exerciseWrong', { answer }));
        this.said.replaceChildren(verdict, ...prose(make, says ?? ''));
        this.said.scrollIntoView({ block: 'nearest' });
        if (right) {
            remember(`solved-${this.number}`, 'yes');
            this.solved?.();
        }
    }
}
