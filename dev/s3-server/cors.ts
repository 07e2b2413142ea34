/** Cross-origin requests: preflights, and the headers that let a page see a reply ("Using cross-origin resource sharing"). */
import { type CorsRule, matchingRule } from "./cors-rules";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, header, type Reply } from "./exchange";
import type { Bucket } from "./model";

/** OPTIONS on a bucket or object: what a browser asks before a request. It is never signed. */
export function optionsObject(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const origin = header(exchange, "origin");
  const method = header(exchange, "access-control-request-method");
  if (origin === undefined) {
    throw new S3Error("BadRequest", { message: "Insufficient information. Origin request header needed." });
  }
  if (method === undefined) {
    throw new S3Error("BadRequest", { message: "Invalid Access-Control-Request-Method: null" });
  }
  const configuration = bucket.configurations?.cors;
  if (!configuration) throw forbidden(exchange, "CORSResponse: CORS is not enabled for this bucket.");
  const asked = header(exchange, "access-control-request-headers");
  const names = (asked ?? "").split(",").map((one) => one.trim());
  const rule = matchingRule(configuration.root, origin, method, names.filter(Boolean));
  if (!rule) {
    throw forbidden(
      exchange,
      "CORSResponse: This CORS request is not allowed. No rule of the bucket allows its origin, method and headers together.",
    );
  }
  return {
    headers: { ...ruleHeaders(rule, origin), ...(asked !== undefined && { "access-control-allow-headers": asked }) },
  };
}

function forbidden(exchange: Exchange, message: string): S3Error {
  return new S3Error("AccessForbidden", {
    message,
    extra: { Method: "OPTIONS", ResourceType: exchange.key === "" ? "BUCKET" : "OBJECT" },
  });
}

/** The headers that a reply gets for a page of `origin`; none when no rule is for it. */
export function corsHeaders(bucket: Bucket | undefined, origin: string, method: string): Record<string, string> {
  const configuration = bucket?.configurations?.cors;
  const rule = configuration && matchingRule(configuration.root, origin, method);
  return rule ? ruleHeaders(rule, origin) : {};
}

function ruleHeaders(rule: CorsRule, origin: string): Record<string, string> {
  // a rule for everybody is answered with the star, and a browser sends no credentials to a star
  const anyone = rule.origins.includes("*");
  return {
    "access-control-allow-origin": anyone ? "*" : origin,
    "access-control-allow-methods": rule.methods.join(", "),
    ...(rule.exposed.length > 0 && { "access-control-expose-headers": rule.exposed.join(", ") }),
    ...(rule.maxAge !== undefined && { "access-control-max-age": rule.maxAge }),
    ...(!anyone && { "access-control-allow-credentials": "true" }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}
