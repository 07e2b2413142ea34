import type { NodeAPI } from "node-red";
import { invalid, shown } from "../core/error";
import { type Field, placeOf, places } from "./field";

/**
 * The field of the parameter that each message of a sequence has of its own.
 */
export interface PieceField {
  /** Refuses a field that cannot be another one in each message: all of them would name the same. */
  checkVaries(): void;
  /** What is told of a field that names something within it, if that does: of an entry, it would be a fact of that alone. */
  within(field: Field): string | undefined;
}

type Step = string | number;

/** The way to a property of a message; undefined where it is none that can be compared. */
const stepsOf = (RED: NodeAPI, { type, value }: Field): Step[] | undefined => {
  if (type !== "msg" || typeof value !== "string") return undefined;
  try {
    const steps = RED.util.normalisePropertyExpression(value) as unknown as Step[];
    return steps[0] === "msg" ? steps.slice(1) : steps;
  } catch {
    return undefined;
  }
};

/** @param otherwise how a message is taken by itself, such as "untick Sequence" */
export const createPieceField = (RED: NodeAPI, outer: Field, otherwise: string): PieceField => {
  const { name, type, declared } = outer;
  const around = stepsOf(RED, outer);
  return {
    checkVaries() {
      if (places.has(type) && type !== "env") return;
      const what = places.has(type) ? placeOf(outer) : `${shown(outer.value)} in ${placeOf(outer)}`;
      const way = `take ${declared.label} from the message, such as msg.payload, or ${otherwise}`;
      throw invalid(name, `is ${what}, the same for all messages of a sequence: ${way}`);
    },
    within(field) {
      const steps = around && stepsOf(RED, field);
      if (!steps || steps.length <= around.length) return undefined;
      if (!around.every((step, index) => step === steps[index])) return undefined;
      const way = `in a sequence, take ${field.declared.label} from elsewhere, such as msg.${field.name}`;
      return `${placeOf(field)} is part of ${declared.label}, which is ${placeOf(outer)}: ${way}`;
    },
  };
};
