/** The ways to list a bucket, and to purge it: ours, the AWS SDK, and the programs that people use. */
import type { Store } from "../bare-client";
import { listOnce } from "../list/once";
import { runPurge } from "../purge/child";
import type { Cost } from "../transfer/measured";
import type { Peer } from "../transfer/peers";
import { runProgram } from "../transfer/program";
import { top } from "./layouts";

/** What one run cost. */
export interface Told extends Cost {
  /** By how much the event loop was late, at the 99th percentile, in ms; of those in Node.js. */
  late?: number;
  /** Keys that it found, and a digest of them; of those that tell. */
  count?: number;
  digest?: string;
  /** Requests that the store refused, where it tells. */
  refused?: number;
}

export interface Lane {
  name: string;
  run(bucket: string): Promise<Told>;
  /** It sends one page's request after the other. */
  isSerial: boolean;
}

const program = (peer: Peer, command: (peer: Peer, bucket: string) => readonly string[]): Lane => ({
  name: peer.name,
  isSerial: true,
  run: (bucket) => runProgram(command(peer, bucket), peer.env),
});

/** The first is the one that the others are compared to. */
export const listLanes = ({ endpoint, accessKey, secretKey, region }: Store, peers: readonly Peer[]): Lane[] => {
  const own = (name: string, lane: "SDK" | "walk" | "bytes", isSerial = true): Lane => ({
    name,
    isSerial,
    run: (bucket) => listOnce({ lane, store: { endpoint, accessKey, secretKey, region, bucket }, warmUp: 1 }),
  });
  return [
    own("AWS SDK, `paginateListObjectsV2`", "SDK"),
    own("list", "walk", false),
    ...peers.map((peer) => program(peer, ({ list }, bucket) => list(bucket))),
    own("the bytes of the pages, unread", "bytes"),
  ];
};

export const purgeLanes = ({ endpoint, accessKey, secretKey, region }: Store, peers: readonly Peer[]): Lane[] => {
  const own = (name: string, lane: "SDK" | "purge", isSerial: boolean): Lane => ({
    name,
    isSerial,
    run: (bucket) => runPurge({ lane, store: { endpoint, accessKey, secretKey, region }, bucket }),
  });
  return [
    own("AWS SDK, page by page", "SDK", true),
    own("purge", "purge", false),
    ...peers.map((peer) => program(peer, ({ remove }, bucket) => remove(bucket, top))),
  ];
};
