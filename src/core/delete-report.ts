import { setImmediate as otherWork } from "node:timers/promises";
import { invalidResponse } from "./error";
import { plain, plainArray } from "./plain";
import { type Name, type ScanVisitor, type Span, scanXml, textOf } from "./scan-xml";

export interface Deleted {
  key: string;
  versionId?: string;
  deleteMarker?: true;
}

export interface NotDeleted {
  key: string;
  versionId?: string;
  code: string;
  message: string;
}

/** The answer to a DeleteObjects. */
export interface DeleteReport {
  deleted: Deleted[];
  failed: NotDeleted[];
}

const Gone = plain(function (this: Deleted, key: string) {
  this.key = key;
});

const fields = ["Key", "VersionId", "DeleteMarker", "Code", "Message"] as const;
type Field = (typeof fields)[number];

const isField = (name: string): name is Field => (fields as readonly string[]).includes(name);

/** Bytes that are read without a pause. */
const slice = 65_536;

/** Reads it in slices. */
function* slicesOf(bytes: Buffer): Generator<void, DeleteReport> {
  const report: DeleteReport = { deleted: plainArray(), failed: plainArray() };
  const texts = new Map<Field, string>();
  const add = (name: string): void => {
    const key = texts.get("Key");
    if (!key) throw invalidResponse("the answer has no Key in the report");
    const versionId = texts.get("VersionId");
    if (name === "Deleted") {
      const gone = new Gone(key);
      if (versionId) gone.versionId = versionId;
      if (texts.get("DeleteMarker") === "true") gone.deleteMarker = true;
      report.deleted.push(gone);
    } else {
      const [code = "", message = ""] = [texts.get("Code"), texts.get("Message")];
      report.failed.push({ key, ...(versionId ? { versionId } : {}), code: code || "InternalError", message });
    }
  };
  let item = "";
  const visitor: ScanVisitor = {
    open({ text }, depth) {
      if (depth !== 1) return;
      item = text === "Deleted" || text === "Error" ? text : "";
      texts.clear();
    },
    close({ text: name }: Name, depth: number, span: Readonly<Span>) {
      if (item === "") return;
      if (depth === 1) add(item);
      else if (depth === 2 && isField(name)) {
        if (texts.has(name)) throw invalidResponse(`the answer has two ${name} in one entry`);
        texts.set(name, textOf(bytes, span));
      }
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
 * @throws InvalidResponse unless it is whole
 */
export const readDeleteReport = async (bytes: Buffer): Promise<DeleteReport> => {
  const slices = slicesOf(bytes);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    await otherWork();
  }
};
