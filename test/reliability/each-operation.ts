import type { Core } from "../support/context";

export type Verb = Parameters<Core["run"]>[0];

/**
 * All operations that can be repeated, as they are given to Core's `run`: each does its work beside the others.
 * @param path a name that is nobody else's
 * @param home a folder on the disk
 */
export const eachOperation = (path: string, home: string): readonly (readonly [verb: Verb, values: object])[] => [
  ["create", { path: `${path}-created` }],
  ["delete", { path: `${path}-deleted`, ifMissing: "ignore" }],
  ["download", { path: "there", target: `${home}/${path}` }],
  ["exist", { path: "there" }],
  ["list", { path: "/" }],
  ["purge", { path: `${path}/`, force: true }],
  ["read", { path: "there" }],
  ["upload", { source: __filename, path: `${path}-uploaded` }],
  ["write", { path: `${path}-new`, data: "x" }],
  ["write", { path: `${path}-over`, data: "x", overwrite: true }],
];
