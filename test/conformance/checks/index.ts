/** All checks, in the order of the matrix. */
import type { Check } from "../check";
import { listing } from "./listing";

export const checks: readonly Check[] = [...listing];
