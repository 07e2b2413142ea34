/** All checks, in the order of the matrix. */
import type { Check } from "../check";
import { listing } from "./listing";
import { multipart } from "./multipart";

export const checks: readonly Check[] = [...listing, ...multipart];
