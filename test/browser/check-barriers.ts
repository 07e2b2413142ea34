import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import type { OpenForm } from "./each-form";
import { knownBarriers } from "./known-barriers";

/** What axe finds in an element, a line for each place, but for what is known to be Node-RED's own. */
const barriersIn = async (page: Page, element: string): Promise<string[]> => {
  // Of what is all right, axe tells one place for each rule: to tell all takes longer than to look.
  const { violations, passed } = await evaluate<{ violations: AxeResults["violations"]; passed: string[] }>(
    page,
    `axe.run(${JSON.stringify(element)}, { resultTypes: ["violations"] })
      .then(({ violations, passes }) => ({ violations, passed: passes.map(({ id }) => id) }))`,
  );
  passed.should.containEql("color-contrast");
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ target }) => !isKnown(id, String(target)))
      .map(({ target, html, failureSummary }) => `${id}: ${target} ${html.slice(0, 200)} ${failureSummary}`),
  );
};

const met = new Set<object>();

const isKnown = (rule: string, target: string): boolean => {
  const found = knownBarriers.filter((it) => it.rule === rule && it.at.test(target));
  for (const it of found) met.add(it);
  return found.length > 0;
};

export const loadAxe = (page: Page): Promise<unknown> =>
  page.evaluate(readFileSync(require.resolve("axe-core"), "utf8"));

/** Nothing in a form, as axe looks at it, keeps anybody from using it. The page has axe. */
export const checkBarriers = async (page: Page, { form, about }: OpenForm): Promise<void> => {
  await check(`axe finds no barrier in the form of ${about}`, async () => {
    (await barriersIn(page, form)).should.eql([]);
  });
};

/** After all runs: what is known, and was met nowhere, is no longer there. */
export const checkKnownBarriers = (): Promise<boolean> =>
  check("each known barrier is still met", () =>
    knownBarriers
      .filter((it) => !met.has(it))
      .map(({ rule, at }) => `${rule}: ${at}`)
      .should.eql([]),
  );
