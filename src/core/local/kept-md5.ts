import { type Check, md5Check } from "../checksum";
import { entryOf, s3cmdAttribute } from "./kept-entry";

/**
 * The check by the MD5 of the whole that rclone (`md5chksum`) and s3cmd (`s3cmd-attrs`) leave in the metadata of what they
 * send in parts, whose ETag tells nothing to who does not know how it was cut.
 */
export const keptMd5 = (metadata: Readonly<Record<string, string>>): Check | undefined => {
  const base64 = entryOf(metadata, "md5chksum");
  if (base64 && /^[A-Za-z0-9+/]{22}==$/.test(base64)) return md5Check(Buffer.from(base64, "base64"));
  const hex = s3cmdAttribute(metadata, "md5");
  return hex && /^[0-9a-f]{32}$/i.test(hex) ? md5Check(Buffer.from(hex, "hex")) : undefined;
};
