/** Longer timers end at once in Node.js. */
const longest = 2 ** 31 - 1;

/** So many seconds, as each timer of Node.js takes them: in whole ms, one at least. */
export const timerMs = (seconds: number): number => Math.min(Math.max(1, Math.round(seconds * 1000)), longest);
