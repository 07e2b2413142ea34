import type { RequestInfo } from "../../dev/s3-server/hooks";
import { signed } from "./echo";
import type { Failure } from "./failures";

/** The clock is wrong, says a store whose message tells besides what it makes of the request. */
const skewed = (tell: (request: RequestInfo) => string): Failure => ({
  hook: (request) => ({
    error: {
      code: "RequestTimeTooSkewed",
      status: 403,
      message: `The difference between the times is too large.${tell(request)}`,
      extra: { RequestTime: String(request.headers["x-amz-date"]), ...signed(request) },
    },
  }),
  code: /^RequestTimeTooSkewed$/,
  by: ["read", "list", "write"],
});

const inALine = (text: string): string => ` ${text.replaceAll("\n", " ")}`;

export const failuresOfSignatures: Readonly<Record<string, Failure>> = {
  "the clock is wrong": skewed(() => ""),
  "the clock is wrong, and the store tells the string to sign": skewed((it) => inALine(signed(it).StringToSign)),
  "the clock is wrong, and the store tells the canonical request": skewed((it) => inALine(signed(it).CanonicalRequest)),
  "the clock is wrong, and the store tells the bytes of the canonical request": skewed(
    (it) => ` ${signed(it).CanonicalRequestBytes}`,
  ),
};
