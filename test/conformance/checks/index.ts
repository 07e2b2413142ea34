/** All checks, in the order of the matrix. */
import type { Check } from "../check";
import { acl } from "./acl";
import { attributes } from "./attributes";
import { buckets } from "./buckets";
import { configs } from "./configs";
import { copies } from "./copy";
import { listing } from "./listing";
import { lock } from "./lock";
import { multipart } from "./multipart";
import { policy } from "./policy";
import { post } from "./post";
import { sse } from "./sse";
import { sts } from "./sts";
import { tags } from "./tags";
import { versions } from "./versions";

export const checks: readonly Check[] = [
  ...listing,
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
