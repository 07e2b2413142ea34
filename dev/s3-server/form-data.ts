/** multipart/form-data as browsers send it for a file (RFC 7578), read as a whole. */
import { S3Error } from "./errors";

/** A form with one file. */
export interface FileForm {
  /** the fields before the file, by lower-case name, in their order; their text is what its bytes are as UTF-8 */
  fields: Map<string, string>;
  /** the name that the browser gave to the file, without a folder before it */
  filename: string;
  file: Buffer;
}

const MAX_FIELDS = 20_480;

function malformed(): S3Error {
  return new S3Error("MalformedPOSTRequest");
}

/**
 * The form in `body`. What follows the file is ignored ("Any fields below it are ignored", POST Object), but for a
 * second file. Throws MalformedPOSTRequest, IncorrectNumberOfFilesInPostRequest, MaxPostPreDataLengthExceededError.
 */
export function readFileForm(body: Buffer, contentType: string): FileForm {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  if (!boundary) throw malformed();
  const fields = new Map<string, string>();
  let file: { filename: string; data: Buffer } | undefined;
  for (const part of parts(body, `--${boundary[1] ?? boundary[2]}`)) {
    const { name, filename, data } = readPart(part);
    if (name === "file") {
      if (file) throw new S3Error("IncorrectNumberOfFilesInPostRequest");
      file = { filename: filename ?? "", data };
      // where the file begins is how long the fields were
      if (data.byteOffset - body.byteOffset > MAX_FIELDS) throw new S3Error("MaxPostPreDataLengthExceededError");
    } else if (!file) {
      fields.set(name, data.toString());
    }
  }
  if (!file) throw new S3Error("IncorrectNumberOfFilesInPostRequest");
  return { fields, filename: file.filename.replace(/^.*[/\\]/s, ""), file: file.data };
}

/** What lies between the delimiters; what comes before the first and after the last is no part. */
function* parts(body: Buffer, delimiter: string): Generator<Buffer> {
  const separator = Buffer.from(`\r\n${delimiter}`);
  let at = body.subarray(0, delimiter.length).toString("latin1") === delimiter ? 0 : body.indexOf(separator) + 2;
  if (at === 1) throw malformed();
  for (;;) {
    at += delimiter.length;
    if (body.toString("latin1", at, at + 2) === "--") return;
    const start = body.indexOf("\r\n", at);
    if (start < 0 || body.toString("latin1", at, start).trim() !== "") throw malformed();
    const end = body.indexOf(separator, start);
    if (end < 0) throw malformed();
    yield body.subarray(start + 2, end);
    at = end + 2;
  }
}

function readPart(part: Buffer): { name: string; filename: string | undefined; data: Buffer } {
  const end = part.indexOf("\r\n\r\n");
  if (end < 0) throw malformed();
  const head = part.toString("utf8", 0, end);
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1];
  const name = parameter(disposition, "name");
  if (name === undefined) throw malformed();
  return { name: name.toLowerCase(), filename: parameter(disposition, "filename"), data: part.subarray(end + 4) };
}

function parameter(text: string | undefined, name: string): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${name}=(?:"([^"]*)"|([^;\\s"]*))`, "i").exec(text ?? "");
  const value = found?.[1] ?? found?.[2];
  // the URL standard has browsers escape these three in names
  return value?.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
