/** How often a soak of so many seconds deploys anew, in ms: a short one more often, to have as much to compare. */
export const deployEvery = (seconds: number): number => (seconds < 300 ? 10_000 : 20_000);
