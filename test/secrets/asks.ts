import { operations } from "../../src/operations";
import type { Failure, Stage } from "./failures";

/** A message to a node, sent once for each way to sign in. */
export interface Ask {
  verb: string;
  payload: object;
  /** What is filled in in the node's form, beside what the editor starts with. */
  form?: object;
  /** What must come of it: an error with this code, or none. Of errors of many, the codes of all stand behind it. */
  code: RegExp | undefined | "whatever";
}

export const verbs = operations.map(({ type }) => type.replace("amazon-s3-", ""));

const work = (folder: string): Record<string, object> => ({
  create: { path: "new.txt" },
  delete: { path: ["gone/a.txt", "gone/b.txt"] },
  download: { path: "in/", target: `${folder}/down`, overwrite: true },
  exist: { path: "in/a.txt" },
  list: { path: "in/" },
  purge: { path: "old/", force: true },
  read: { path: "in/a.txt" },
  upload: { source: `${folder}/up`, path: "up/", overwrite: true },
  write: { path: "w.txt", data: { a: 1 }, overwrite: true },
});

const forms: Record<string, object> = { delete: { ifMissing: "ignore" } };

/** What is asked while something goes wrong: each node for what it is mostly asked for, if it is not said. */
export const asksOf = ({ asks, by = ["read"], code, payload }: Failure, stage: Stage): readonly Ask[] =>
  asks?.(stage) ??
  Object.entries(work(stage.folder)).map(([verb, usual]) => ({
    verb,
    payload: { ...usual, ...payload },
    ...(forms[verb] ? { form: forms[verb] } : {}),
    code: by.includes(verb) ? code : "whatever",
  }));

interface Told {
  code?: string;
  result?: { failed?: Told[] } | Told[];
}

/** The code of an error, and behind it those of what failed among many. */
export const codesOf = (error: unknown): string[] => {
  if (error === undefined) return [];
  const { code, result } = error as Told;
  const failed = Array.isArray(result) ? result : (result?.failed ?? []);
  return [String(code), ...failed.flatMap((one) => one.code ?? [])];
};
