// A prediction: in which types the process that a command starts will be a member
// of another namespace. The kernel answers.

const TYPES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];

export class Prediction {
    constructor(book, question) {
        this.book = book;
        this.question = question;
    }

    /** Elements of the form: the question, and a box for each type. */
    fields() {
        const { make, say } = this.book;
        const { process, shell, is_shell: isShell } = this.question;
        let words = isShell ? 'livePredictShell' : 'livePredictProcess';
        if (process === shell) {
            words = 'livePredictAnew';
        }
        this.boxes = TYPES.map(type => make('input', { type: 'checkbox', value: type }));
        const labels = this.boxes.map(box => make('label', { class: 'live-type' }, box, ` ${box.value}`));
        return [make('fieldset', {}, make('legend', {}, say(words, { process, shell })), ...labels)];
    }

    /** Shows the kernel's answer, the types that differ, beside the reader's. */
    judged(place, answer) {
        const { make, say } = this.book;
        const wrong = this.boxes.filter(it => it.checked !== answer.includes(it.value));
        const lines = wrong.map(it => make('li', {}, `✗ ${it.value}: `,
            say(it.checked ? 'livePredictSame' : 'livePredictDiffers')));
        place.replaceChildren(make('div', { class: 'live-expected', role: 'status' },
            ...(lines.length > 0 ? [make('ul', {}, ...lines)] : [`✓ ${say('livePredictRight')}`])));
    }
}
