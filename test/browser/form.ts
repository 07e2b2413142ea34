import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { field } from "../../dev/screenshots/connection-form";

/** A flow with nothing but a connection that is still to be filled in. */
export const bareFlow = [
  { id: "tab", type: "tab", label: "Amazon S3" },
  { id: "s3", type: "amazon-s3-config", name: "", endpoint: "" },
] as const;

export const typedIn = (page: Page, name: string): Promise<string> => evaluate(page, `$("${field(name)}").val()`);

/** The reasons that stand below the rows. */
export const reasons = (page: Page): Promise<string> => evaluate(page, `$(".amazon-s3-reason").text().trim()`);
