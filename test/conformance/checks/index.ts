/** All checks, in the order of the matrix. */
import type { Check } from "../check";
import { checksums } from "./checksums";
import { conditions } from "./conditions";
import { deleteObjects } from "./deleteobjects";
import { listing } from "./listing";
import { objects } from "./objects";
import { presigned } from "./presigned";
import { signatures } from "./signatures";
import { streaming } from "./streaming";

export const checks: readonly Check[] = [
  ...signatures,
  ...presigned,
  ...streaming,
  ...checksums,
  ...objects,
  ...conditions,
  ...listing,
  ...deleteObjects,
];
