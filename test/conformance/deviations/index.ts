import { ceph16 } from "./ceph-16.2";
import { ceph18 } from "./ceph-18.2";
import { ceph20 } from "./ceph-20.2";
import type { KnownDeviations } from "./known-deviation";
import { minio } from "./minio";
import { versitygw } from "./versitygw";

/**
 * Where servers that run in production do otherwise than S3, by server and check. A deviation that is not found any
 * more, or that looks different, makes the suite fail, so that this table stays true. The embedded server has none.
 */
export const deviations: Readonly<Record<string, KnownDeviations>> = {
  "ceph-16.2": ceph16,
  "ceph-18.2": ceph18,
  "ceph-20.2": ceph20,
  versitygw,
  minio,
};
