/** What memory may grow by, from an object of 64 MiB to one of 4 GiB, in MiB. */
export const allowed = 64;
