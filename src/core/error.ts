import { isDate } from "node:util/types";
import { meanings } from "./codes";

/** What an error may tell. Nothing else is ever handed on: the SDK's own errors carry what was signed, and tokens. */
export interface Details {
  /** HTTP status of the answer, where there was one. */
  statusCode?: number | undefined;
  /** The store's id of the request, for its operator. */
  requestId?: string | undefined;
  operation?: string | undefined;
  bucket?: string | undefined;
  path?: string | readonly string[] | undefined;
  /** The same message may succeed later. */
  retryable?: boolean | undefined;
  /** What was done before it failed, in the shape of the operation's result. */
  result?: unknown;
}

const fields = ["statusCode", "requestId", "operation", "bucket", "path", "retryable", "result"] as const;

/** The one class of error that leaves this package. `code` is S3's, Node.js's, or one of ours. */
export class S3Error extends Error {
  readonly code: string;
  declare readonly statusCode: number | undefined;
  declare readonly requestId: string | undefined;
  declare readonly operation: string | undefined;
  declare readonly bucket: string | undefined;
  declare readonly path: string | readonly string[] | undefined;
  declare readonly retryable: boolean;
  declare readonly result?: unknown;

  constructor(code: string, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    const retryable = details.retryable ?? meanings[code]?.retryable ?? false;
    const own: Record<string, unknown> = {};
    for (const field of fields) {
      const value = field === "retryable" ? retryable : details[field];
      if (field !== "result" || value !== undefined) own[field] = value;
    }
    Object.assign(this, own);
    // Where in this package a missing object was noticed helps nobody, and Node-RED logs it and hands it to flows.
    this.stack = `S3Error: ${message}`;
    // Catch nodes hand on only message, code and cause: the cause is a plain object with all of it.
    Object.defineProperty(this, "cause", { value: { code, message, ...own }, enumerable: false });
  }

  override get name(): string {
    return "S3Error";
  }

  /** Catch nodes show this: the sentence, without the name of a class before it. */
  override toString(): string {
    return this.message;
  }
}

/** A parameter that is not there. `where` names the place that was looked at and what is there. */
export const missing = (parameter: string, where: string): S3Error =>
  new S3Error("MissingParameter", `${parameter} is missing: ${where}`);

/** A parameter of a wrong kind or value. `what` completes "path …", the way out included. */
export const invalid = (parameter: string, what: string): S3Error =>
  new S3Error("InvalidParameter", `${parameter} ${what}`);

/** An answer that cannot be believed. */
export const invalidResponse = (what: string, details: Details = {}): S3Error =>
  new S3Error("InvalidResponse", what, { retryable: true, ...details });

/** What is wrong with a value that an environment variable is to give. @param field where it may be filled in instead */
export const unsetVariable = (variable: string | undefined, field: string): string =>
  `is taken from the environment variable ${variable}, which is not set: set it where Node-RED runs, or fill in ${field}`;

/** What a value says that throws when it is looked at. */
export const unseen = (parameter: string, thrown: unknown): S3Error =>
  invalid(parameter, `cannot be looked at: ${thrown instanceof Error ? thrown.message.slice(0, 200) : shown(thrown)}`);

/** A short rendering of a value for an error text: kind and beginning, never more. */
export const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null || ["undefined", "number", "boolean", "bigint"].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (Buffer.isBuffer(value)) return `a Buffer of ${value.length} bytes`;
  if (isDate(value)) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
};
