import { invalidResponse } from "./error";
import { inSlices } from "./in-slices";
import { plainArray } from "./plain";
import type { Victim } from "./remove";
import { hasEntities, hasForeign, type Name, type ScanVisitor, type Span, scanXml, textOf } from "./scan-xml";

export interface NotDeleted {
  key: string;
  versionId?: string;
  code: string;
  message: string;
}

/** The answer to a DeleteObjects. */
export interface DeleteReport {
  /** What was asked for and is reported in the same order is the same here. */
  deleted: Victim[];
  failed: NotDeleted[];
}

const fields = ["Key", "VersionId", "Code", "Message"] as const;
const [key, versionId, code, message] = [0, 1, 2, 3] as const;

/** Bytes that are read without a pause. */
const slice = 65_536;

/** Whether a part of the bytes is this text; of odd characters it may be, though it is said not to. */
const isText = (bytes: Buffer, { from, to, flags }: Readonly<Span>, text: string): boolean => {
  if (flags & (hasEntities | hasForeign) || to - from !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
};

/** Reads it in slices. */
function* slicesOf(bytes: Buffer, asked: readonly Victim[]): Generator<void, DeleteReport> {
  const report: DeleteReport = { deleted: plainArray(), failed: plainArray() };
  const spans = fields.map((): Span => ({ from: 0, to: 0, flags: 0 }));
  let seen = 0;
  const has = (field: number): boolean => (seen & (1 << field)) !== 0;
  const textAt = (field: number): string => (has(field) ? textOf(bytes, spans[field] as Span) : "");
  const is = (field: number, text = ""): boolean => {
    const span = spans[field] as Span;
    return has(field) && span.to > span.from ? isText(bytes, span, text) : text === "";
  };
  const add = (name: string): void => {
    // No new texts of what is there already: thousands of them are under way.
    const next = asked[report.deleted.length];
    if (name === "Deleted" && next && is(key, next.key) && is(versionId, next.versionId)) {
      report.deleted.push(next);
      return;
    }
    const one = { key: textAt(key), ...(textAt(versionId) ? { versionId: textAt(versionId) } : {}) };
    if (!one.key) throw invalidResponse("the answer has no Key in the report");
    if (name === "Deleted") report.deleted.push(one);
    else report.failed.push({ ...one, code: textAt(code) || "InternalError", message: textAt(message) });
  };
  let item = "";
  const visitor: ScanVisitor = {
    open({ text }, depth) {
      if (depth !== 1) return;
      item = text === "Deleted" || text === "Error" ? text : "";
      seen = 0;
    },
    close({ text: name }: Name, depth: number, span: Readonly<Span>) {
      if (item === "") return;
      if (depth === 1) return add(item);
      const field = depth === 2 ? (fields as readonly string[]).indexOf(name) : -1;
      if (field < 0) return;
      if (has(field)) throw invalidResponse(`the answer has two ${name} in one entry`);
      seen |= 1 << field;
      Object.assign(spans[field] as Span, span);
    },
  };
  const scanner = scanXml(bytes, "DeleteResult", visitor);
  let pause = slice;
  while (!scanner.step()) {
    if (scanner.at < pause) continue;
    pause = scanner.at + slice;
    yield;
  }
  return report;
}

/**
 * Reads the answer to DeleteObjects, in between other work.
 * @param bytes UTF-8
 * @param asked what was to be deleted
 * @throws InvalidResponse unless it is whole
 */
export const readDeleteReport = async (bytes: Buffer, asked: readonly Victim[] = []): Promise<DeleteReport> =>
  inSlices(slicesOf(bytes, asked));
