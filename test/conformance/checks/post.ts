/** Browser-based uploads with a signed policy. */
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { group } from "../check";
import type { Context } from "../context";
import { answered, refused, refusedAs, same } from "../expect";
import { type Form, postForm } from "../form";
import { hasBytes, notStored } from "../stored";
import { etag } from "../sums";

const POST = "API/RESTObjectPOST.html";
const POLICY = "API/sigv4-HTTPPOSTConstructPolicy.html";
const SIGNING = "API/sigv4-UsingHTTPPOST.html";

/** Sends a form that S3 refuses in one of these ways, and sees that nothing is stored. */
const refusedForm = async (c: Context, form: Omit<Form, "fields"> & { fields?: object }, ...ways: string[]) => {
  const key = c.key();
  await refusedAs(postForm(c, { ...form, fields: { key, ...form.fields } }), ...ways);
  await notStored(c, key);
};

export const post = group("post", {
  stored: [
    "a signed form stores its file: 204 without a body",
    POST,
    async (c) => {
      const key = c.key();
      const reply = await answered(postForm(c, { fields: { key }, file: "from a form" }), 204);
      same(reply.body.length, 0, "the length of the body");
      await hasBytes(c, key, "from a form");
    },
  ],
  "status-201": [
    "success_action_status 201 answers with XML: bucket, key, ETag, location",
    POST,
    async (c) => {
      const key = c.key();
      const reply = await answered(postForm(c, { fields: { key, success_action_status: "201" } }), 201);
      same([reply.xml("Bucket"), reply.xml("Key"), reply.xml("ETag")], [c.bucket, key, etag("data")], "the reply");
      same(typeof reply.xml("Location"), "string", "the type of Location");
    },
  ],
  "status-200": [
    "success_action_status 200 answers 200, another value 204",
    POST,
    async (c) => {
      await answered(postForm(c, { fields: { key: c.key(), success_action_status: "200" } }), 200);
      await answered(postForm(c, { fields: { key: c.key(), success_action_status: "299" } }), 204);
    },
  ],
  redirect: [
    "success_action_redirect answers 303 to that address, with bucket, key and ETag in its query",
    POST,
    async (c) => {
      const key = c.key();
      const fields = { key, success_action_redirect: "http://example.com/done" };
      const reply = await answered(postForm(c, { fields }), 303);
      const to = new URL(reply.headers.location ?? "about:blank");
      same(`${to.origin}${to.pathname}`, "http://example.com/done", "the address");
      const found = ["bucket", "key", "etag"].map((name) => to.searchParams.get(name));
      same(found, [c.bucket, key, etag("data")], "its query");
    },
  ],
  "redirect-query": [
    "they are added to a query that the address has already",
    POST,
    async (c) => {
      const fields = { key: c.key(), success_action_redirect: "http://example.com/done?a=1" };
      const reply = await answered(postForm(c, { fields }), 303);
      const query = new URL(reply.headers.location ?? "about:blank").searchParams;
      same([query.get("a"), query.get("bucket")], ["1", c.bucket], "its query");
    },
  ],
  filename: [
    `\${filename} in the key becomes the name of the file`,
    POST,
    async (c) => {
      const prefix = `${c.key()}/`;
      const form: Form = {
        fields: { key: `${prefix}\${filename}` },
        uncovered: ["key"],
        conditions: [["starts-with", "$key", prefix]],
        fileName: "photo of me.txt",
      };
      await answered(postForm(c, form), 204);
      await hasBytes(c, `${prefix}photo of me.txt`, "data");
    },
  ],
  fields: [
    "fields of the form become content type and metadata of the object",
    POST,
    async (c) => {
      const key = c.key();
      const fields = { key, "Content-Type": "text/x-form", "x-amz-meta-one": "1" };
      await answered(postForm(c, { fields }), 204);
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key: key }));
      same([found.ContentType, found.Metadata], ["text/x-form", { one: "1" }], "content type and metadata");
    },
  ],
  "header-fields": [
    "Cache-Control and Content-Disposition may be fields as well",
    POST,
    async (c) => {
      const key = c.key();
      await answered(
        postForm(c, { fields: { key, "Cache-Control": "no-store", "Content-Disposition": "attachment" } }),
        204,
      );
      const found = await c.client.send(new HeadObjectCommand({ Bucket: c.bucket, Key: key }));
      same([found.CacheControl, found.ContentDisposition], ["no-store", "attachment"], "the headers");
    },
  ],
  "length-range": [
    "content-length-range holds the file between two lengths: EntityTooLarge, EntityTooSmall",
    POLICY,
    async (c) => {
      const conditions = [["content-length-range", 3, 5]] as const;
      for (const file of ["123", "12345"])
        await answered(postForm(c, { fields: { key: c.key() }, conditions, file }), 204);
      await refusedForm(c, { conditions, file: "123456" }, "400 EntityTooLarge");
      await refusedForm(c, { conditions, file: "12" }, "400 EntityTooSmall");
    },
  ],
  "starts-with": [
    "starts-with holds a field to a beginning; another value is 403 AccessDenied",
    POLICY,
    async (c) => {
      const conditions = [["starts-with", "$Content-Type", "image/"]] as const;
      const form = (type: string) => ({ fields: { "Content-Type": type }, uncovered: ["Content-Type"], conditions });
      await answered(postForm(c, { ...form("image/png"), fields: { key: c.key(), "Content-Type": "image/png" } }), 204);
      await refusedForm(c, form("text/html"), "403 AccessDenied");
    },
  ],
  "starts-with-any": [
    "starts-with an empty beginning takes any value",
    POLICY,
    async (c) => {
      const fields = { key: c.key(), "x-amz-meta-any": "thing" };
      const conditions = [["starts-with", "$x-amz-meta-any", ""]] as const;
      await answered(postForm(c, { fields, uncovered: ["x-amz-meta-any"], conditions }), 204);
    },
  ],
  "exact-other": [
    "a field with another value than its condition is 403 AccessDenied",
    POLICY,
    async (c) => {
      const tamper = (fields: Map<string, string>) => fields.set("x-amz-meta-one", "2");
      await refusedForm(c, { fields: { "x-amz-meta-one": "1" }, tamper }, "403 AccessDenied");
    },
  ],
  "field-uncovered": [
    "a field that no condition covers is 403 AccessDenied",
    POLICY,
    async (c) => {
      await refusedForm(c, { fields: { "x-amz-meta-one": "1" }, uncovered: ["x-amz-meta-one"] }, "403 AccessDenied");
    },
  ],
  ignored: [
    "fields that begin with x-ignore- need no condition",
    POLICY,
    async (c) => {
      const fields = { key: c.key(), "x-ignore-this": "1" };
      await answered(postForm(c, { fields, uncovered: ["x-ignore-this"] }), 204);
    },
  ],
  expired: [
    "a policy that has expired is 403 AccessDenied",
    POLICY,
    async (c) => {
      await refusedForm(c, { expires: -60 }, "403 AccessDenied");
    },
  ],
  "wrong-signature": [
    "another signature is 403 SignatureDoesNotMatch",
    SIGNING,
    async (c) => {
      const tamper = (fields: Map<string, string>) => fields.set("x-amz-signature", "0".repeat(64));
      await refusedForm(c, { tamper }, "403 SignatureDoesNotMatch");
    },
  ],
  "policy-changed": [
    "a policy that is not the one that was signed is 403 SignatureDoesNotMatch",
    SIGNING,
    async (c) => {
      const tamper = (fields: Map<string, string>) => {
        const document = JSON.parse(Buffer.from(fields.get("policy") ?? "", "base64").toString());
        const later = { ...document, expiration: new Date(Date.now() + 3_600_000).toISOString() };
        fields.set("policy", Buffer.from(JSON.stringify(later)).toString("base64"));
      };
      await refusedForm(c, { tamper }, "403 SignatureDoesNotMatch");
    },
  ],
  "unknown-access-key": [
    "an access key that nobody has is 403 InvalidAccessKeyId",
    "API/ErrorResponses.html",
    async (c) => {
      const other = { ...c, accessKey: "AKIANOBODYHASTHISKEY" };
      const key = c.key();
      await refused(postForm(other, { fields: { key } }), 403, "InvalidAccessKeyId");
      await notStored(c, key);
    },
  ],
  "no-signature": [
    "a form with a policy and without what signs it is refused",
    SIGNING,
    async (c) => {
      const tamper = (fields: Map<string, string>) => fields.delete("x-amz-signature");
      await refusedForm(c, { tamper }, "400 InvalidArgument", "403 AccessDenied");
    },
  ],
  "no-policy": [
    "an anonymous form for a private bucket is 403 AccessDenied",
    POST,
    async (c) => {
      const tamper = (fields: Map<string, string>) => {
        for (const name of [...fields.keys()]) if (name !== "key") fields.delete(name);
      };
      await refusedForm(c, { tamper }, "403 AccessDenied");
    },
  ],
  "no-key": [
    "a form without a key is 400 InvalidArgument",
    POST,
    async (c) => {
      await refused(postForm(c, { fields: {} }), 400, "InvalidArgument");
      await answered(postForm(c, { fields: { key: c.key() } }), 204);
    },
  ],
  "policy-malformed": [
    "a policy that is no JSON is 400 InvalidPolicyDocument",
    "API/ErrorResponses.html",
    async (c) => {
      const tamper = (fields: Map<string, string>) => fields.set("policy", Buffer.from("no JSON").toString("base64"));
      // it is not signed either
      await refusedForm(c, { tamper }, "400 InvalidPolicyDocument", "403 SignatureDoesNotMatch");
    },
  ],
  "other-bucket": [
    "a policy for another bucket is 403 AccessDenied",
    POLICY,
    async (c) => {
      const bucket = await c.ownBucket();
      const key = c.key();
      // the policy is made for one bucket, and sent to the other
      const other = {
        ...c,
        raw: (request: Parameters<Context["raw"]>[0]) => c.raw({ ...request, path: `/${c.bucket}` }),
      };
      await refused(postForm(other, { fields: { key }, bucket }), 403, "AccessDenied");
      await notStored(c, key);
    },
  ],
});
