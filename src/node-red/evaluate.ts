import type { Node, NodeAPI, NodeMessage } from "node-red";
import { check, type Found, isMissing } from "../core/check";
import { missing, S3Error, unseen } from "../core/error";
import type { Table } from "../core/parameter";
import { type Field, fieldInForm, fieldOf, literalOf, placeOf, places } from "./field";
import { type Asked, asked, lookUp } from "./look-up";

/**
 * Gives the values of a message, checked, or rejects with MissingParameter or InvalidParameter. What could be had is
 * in `values` then too: errors tell it.
 */
export type Evaluate = (msg: NodeMessage, values?: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** Why a place could not be looked at. */
class Failed {
  constructor(readonly error: unknown) {}
}

// Not by instanceof, which a proxy answers as it likes.
const isAsked = (value: unknown): value is Asked => asked.has(value as Asked);

const answerOf = ({ answer }: Asked): Promise<[unknown]> => answer.catch((error: unknown) => [new Failed(error)]);

/** What is there in place of a value that is missing. */
const state = (value: unknown): string => (value === "" ? "empty" : String(value));

/**
 * @param required whether it must be there
 * @param why it is not looked at
 */
const finish = ({ name, declared, type }: Field, found: Found, required: boolean, why?: string): unknown => {
  if (!isMissing(declared, found.value)) return check(name, declared, found);
  if (!required) return declared.fallback;
  if (why !== undefined) throw missing(name, why);
  const named = places.has(type);
  throw missing(
    name,
    named ? `${found.place} is ${state(found.value)}` : `the field "${declared.label}" in the node's form is empty`,
  );
};

/**
 * Prepares the parameters of one node: typedInput pairs `p` / `pType`.
 * @param hidden says why a field is not looked at, for one that is not: it is taken for empty
 */
export const prepareParameters = (
  RED: NodeAPI,
  node: Node,
  config: Record<string, unknown>,
  table: Table,
  hidden: (field: Field) => string | undefined = () => undefined,
): Evaluate => {
  const prepared = Object.entries(table).map(([name, declared]) => {
    const field = fieldOf(config, name, declared);
    const place = placeOf(field);
    const why = hidden(field);
    if (why !== undefined) return { field, place, find: () => undefined, why };
    const find = places.has(field.type) ? lookUp(RED, node, field) : () => literalOf(field);
    return { field, place, find };
  });
  const finishAll = (values: Record<string, unknown>, found: readonly unknown[]): Record<string, unknown> => {
    let failure: Failed | undefined;
    const isThere = (name: string): boolean =>
      prepared.some(({ field }, index) => field.name === name && !isMissing(field.declared, found[index]));
    prepared.forEach(({ field, place, why }, index) => {
      const value = found[index];
      try {
        if (value instanceof Failed) throw value.error;
        const { required, unless } = field.declared;
        const isRequired = required || (unless !== undefined && !isThere(unless));
        values[field.name] = finish(field, { value, place }, isRequired, why);
      } catch (error) {
        failure ??= new Failed(error instanceof S3Error ? error : unseen(field.name, error));
      }
    });
    if (failure) throw failure.error;
    return values;
  };
  return async (msg, values = Object.create(null)) => {
    // All places are looked at when the message arrives, before any of them is waited for.
    const found = prepared.map(({ find }) => {
      try {
        return find(msg);
      } catch (error) {
        return new Failed(error);
      }
    });
    if (!found.some(isAsked)) return finishAll(values, found);
    const boxes = await Promise.all(found.map((value) => (isAsked(value) ? answerOf(value) : [value])));
    return finishAll(
      values,
      boxes.map(([value]) => value),
    );
  };
};

/**
 * The plain settings of a node: no message can change them.
 * @returns a function that gives them, or throws the InvalidParameter that was found in them
 */
export const readSettings = (config: Record<string, unknown>, table: Table): (() => Record<string, unknown>) => {
  const values: Record<string, unknown> = {};
  try {
    for (const [name, declared] of Object.entries(table)) {
      const raw = config[name];
      const value = declared.options && typeof raw === "number" ? String(raw) : raw;
      values[name] = isMissing(declared, value)
        ? declared.fallback
        : check(name, declared, { value, place: fieldInForm(declared) });
    }
    return () => values;
  } catch (error) {
    return () => {
      throw error;
    };
  }
};
