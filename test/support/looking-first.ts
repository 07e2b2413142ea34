import { isKnown } from "./differs";

/**
 * Settings of a connection for specs that replace objects by If-Match: a store that never takes it for met must not be
 * trusted with it.
 */
export const lookingFirst = isKnown("if-match-never-holds") ? { conditionalWrites: "check" } : {};
