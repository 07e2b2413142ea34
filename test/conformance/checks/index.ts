/** All checks, in the order of the matrix. */
import type { Check } from "../check";
import { acl } from "./acl";
import { attributes } from "./attributes";
import { buckets } from "./buckets";
import { checksums } from "./checksums";
import { conditions } from "./conditions";
import { configs } from "./configs";
import { copies } from "./copy";
import { deleteObjects } from "./deleteobjects";
import { listing } from "./listing";
import { lock } from "./lock";
import { multipart } from "./multipart";
import { objects } from "./objects";
import { policy } from "./policy";
import { post } from "./post";
import { presigned } from "./presigned";
import { signatures } from "./signatures";
import { sse } from "./sse";
import { streaming } from "./streaming";
import { sts } from "./sts";
import { tags } from "./tags";
import { versions } from "./versions";

export const checks: readonly Check[] = [
  ...signatures,
  ...presigned,
  ...streaming,
  ...checksums,
  ...objects,
  ...conditions,
  ...listing,
  ...deleteObjects,
  ...multipart,
  ...copies,
  ...attributes,
  ...versions,
  ...tags,
  ...buckets,
  ...configs,
  ...acl,
  ...policy,
  ...lock,
  ...sse,
  ...post,
  ...sts,
];
