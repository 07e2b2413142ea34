import { need, readItems } from "./reply-items";
import { unescapeXml } from "./xml";

/** The answer to a DeleteObjects. */
export interface DeleteReport {
  deleted: { key: string; versionId?: string; deleteMarker?: true }[];
  failed: { key: string; versionId?: string; code: string; message: string }[];
}

/** Reads the answer to DeleteObjects. Throws InvalidResponse unless it is whole. */
export const readDeleteReport = (xml: string): DeleteReport => {
  const report: DeleteReport = { deleted: [], failed: [] };
  readItems(xml, "DeleteResult", (name, fields) => {
    const key = unescapeXml(need(fields.Key, "Key in the report"));
    const version = fields.VersionId ? { versionId: unescapeXml(fields.VersionId) } : {};
    if (name === "Deleted") {
      report.deleted.push({ key, ...version, ...(fields.DeleteMarker === "true" ? { deleteMarker: true } : {}) });
    } else if (name === "Error") {
      const code = unescapeXml(fields.Code || "InternalError");
      report.failed.push({ key, ...version, code, message: unescapeXml(fields.Message ?? "") });
    }
  });
  return report;
};
