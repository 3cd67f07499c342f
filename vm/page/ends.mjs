// The kernel's console of a machine in v86, and the words with which it ends.

/** Ends of a machine. */
export const RESTARTED = "restarted";
export const SWITCHED_OFF = "switched off";
export const PANICKED = "panicked";

// Words of the kernel at its end, see kernel/panic.c and kernel/reboot.c.
const ENDS = [
    ["Kernel panic - not syncing", PANICKED],
    ["reboot: Restarting system", RESTARTED],
    ["reboot: Power down", SWITCHED_OFF],
    ["reboot: Power off not available", SWITCHED_OFF],
    ["reboot: System halted", SWITCHED_OFF],
];

// Most characters of a line of the console.
const LONGEST_LINE = 1000;

/** Calls `said` with each line of the console, and `ended` with the machine's
    end. The kernel prints that line even when it prints nothing else. */
export function hear_console(emulator, said, ended) {
    let line = "";
    emulator.add_listener("serial0-output-byte", byte => {
        if (byte !== 10 && line.length < LONGEST_LINE) {
            line += String.fromCharCode(byte);
            return;
        }
        said(line);
        const end = ENDS.find(([words]) => line.includes(words));
        if (end) ended(end[1], line);
        line = "";
    });
}
