/** What a server does other than S3, by a name. */
export type Difference = "none";

/** In what way, and how this is known. */
export interface Entry {
  what: string;
  source: string;
}

/** The servers, and all that is known to differ. Each entry is asserted by a spec. */
export const differences: Record<string, Partial<Record<Difference, Entry>>> = {};
