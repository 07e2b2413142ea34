/** The CORS rules of a bucket: checked, and asked ("Elements of a CORS configuration"). */
import { S3Error } from "./errors";
import { childrenOf, invalidArgument, onlyChildren, optional, wholeNumber } from "./schema";
import { matchesWildcard } from "./wildcard";
import type { XmlElement } from "./xml-reader";

/** One rule. */
export interface CorsRule {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  exposed: readonly string[];
  maxAge?: string;
}

const METHODS = ["DELETE", "GET", "HEAD", "POST", "PUT"];
const NAMES = ["AllowedHeader", "AllowedMethod", "AllowedOrigin", "ExposeHeader", "ID", "MaxAgeSeconds"];

/** Throws MalformedXML, InvalidRequest. */
export function checkCors(root: XmlElement): XmlElement {
  onlyChildren(root, ["CORSRule"]);
  for (const rule of childrenOf(root, "CORSRule", 1, 100)) {
    onlyChildren(rule, NAMES);
    const id = optional(rule, "ID")?.text ?? "";
    if (id.length > 255) throw invalidArgument("ID length should not exceed allowed limit of 255");
    for (const { text } of childrenOf(rule, "AllowedMethod", 1)) {
      if (METHODS.includes(text.trim())) continue;
      throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${text.trim()}`);
    }
    for (const name of ["AllowedOrigin", "AllowedHeader"]) {
      for (const { text } of childrenOf(rule, name, name === "AllowedOrigin" ? 1 : 0)) {
        if (text.split("*").length > 2) throw invalid(`${name} "${text}" can not have more than one wildcard.`);
      }
    }
    for (const { text } of childrenOf(rule, "ExposeHeader")) {
      if (text.includes("*")) {
        throw invalid(
          `ExposeHeader "${text}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
        );
      }
    }
    const age = optional(rule, "MaxAgeSeconds");
    if (age) wholeNumber(age.text.trim());
  }
  return root;
}

function invalid(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}

const known = new WeakMap<XmlElement, CorsRule[]>();

/** The rules of a configuration that passed the check. */
export function corsRules(root: XmlElement): readonly CorsRule[] {
  let rules = known.get(root);
  if (!rules) {
    rules = root.children.map(readRule);
    known.set(root, rules);
  }
  return rules;
}

function readRule(rule: XmlElement): CorsRule {
  const texts = (name: string) => childrenOf(rule, name).map((one) => one.text.trim());
  const [maxAge] = texts("MaxAgeSeconds");
  return {
    origins: texts("AllowedOrigin"),
    methods: texts("AllowedMethod"),
    headers: texts("AllowedHeader").map((one) => one.toLowerCase()),
    exposed: texts("ExposeHeader"),
    ...(maxAge !== undefined && { maxAge }),
  };
}

/** The first rule that lets pages of `origin` use `method` with these headers. */
export function matchingRule(
  root: XmlElement,
  origin: string,
  method: string,
  headers: readonly string[] = [],
): CorsRule | undefined {
  return corsRules(root).find(
    (rule) =>
      rule.methods.includes(method) &&
      rule.origins.some((one) => matchesWildcard(one, origin, "")) &&
      headers.every((name) => rule.headers.some((one) => matchesWildcard(one, name.toLowerCase(), ""))),
  );
}
