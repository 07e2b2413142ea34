// `npm run test:editor`: the forms in Chromium, in Node-RED 4.1 and 5, light and dark. With words, only the lanes whose
// names have one of them: `npm run test:editor -- languages`.
import "should";
import { openEditor } from "../../dev/screenshots/browser";
import { darkThemes, nodeRed4, nodeRed5, type Runtime } from "../package/runtimes";
import { check, close, exitWith, inLane, say } from "../support/checks";
import { sideBySide } from "../support/side-by-side";
import { checkBadInput } from "./check-bad-input";
import { checkKnownBarriers } from "./check-barriers";
import { checkBrowse } from "./check-browse";
import { checkBuckets } from "./check-buckets";
import { checkDarkTheme } from "./check-dark-theme";
import { dialogsAsSeen } from "./check-dialogs-as-seen";
import { checkExamples } from "./check-examples";
import { checkFirstObject } from "./check-first-object";
import { checkForms, checkOldFlows, oldNodes } from "./check-forms";
import { formsAsSeen } from "./check-forms-as-seen";
import { checkLanguages } from "./check-languages";
import { checkMillion } from "./check-million";
import { checkNodes } from "./check-nodes";
import { checkPermissions } from "./check-permissions";
import { checkSecrets } from "./check-secrets";
import { checkStores } from "./check-stores";
import { checkTrial } from "./check-trial";
import { tryout } from "./check-tryout";
import { bareFlow } from "./form";
import { withEditor } from "./with-editor";
import { putFlow, withPage } from "./with-page";

/** The connection of the flow. */
const connection = "s3";

/** One page, in which each form is filled in, tried, and closed again. */
const tryForms = (runtime: Runtime, dark: boolean): Promise<void> =>
  withEditor(runtime, {}, async (browser, { url }) => {
    await putFlow(url, [...bareFlow, ...oldNodes]);
    const { page, complaints } = await openEditor(browser, url, dark);
    await checkOldFlows(page);
    await checkStores(page, connection);
    await checkBuckets(page, connection);
    await checkTrial(page, connection);
    await checkBrowse(page, connection);
    await checkForms(page, connection);
    await checkBadInput(page, connection);
    await check("the browser's console is silent", () => complaints.should.eql([]));
    await page.close();
  });

/** What authors do from the palette to a result, and whether everybody can. */
const useEditor = (runtime: Runtime, dark: boolean): Promise<void> =>
  withEditor(runtime, {}, async (browser, { url }) => {
    const place = { browser, url, dark };
    await checkNodes(place);
    await checkExamples(place);
    await checkFirstObject(place);
    await withPage(place, bareFlow, [formsAsSeen, dialogsAsSeen, tryout]);
  });

/** What runs beside what: each with editors and browsers of its own, those that take longest first. */
const lanesIn = (four: Runtime, five: Runtime): readonly (readonly [name: string, run: () => Promise<void>])[] => [
  [`${five.name}, dark`, () => tryForms(five, true)],
  [`${four.name}, light`, () => tryForms(four, false)],
  [
    `${four.name}, in all languages`,
    () => withEditor(four, { flow: bareFlow }, (browser, { url }) => checkLanguages(browser, url, connection)),
  ],
  [`${five.name}, dark, in use`, () => useEditor(five, true)],
  [`${four.name}, light, in use`, () => useEditor(four, false)],
  [`${five.name}, with canaries for secrets`, () => checkSecrets(five)],
  [`${four.name}, with canaries for secrets`, () => checkSecrets(four)],
  // Node-RED 4 has no dark theme of its own.
  [
    `${five.name}, light`,
    () =>
      withEditor(five, {}, (browser, { url }) =>
        withPage({ browser, url, dark: false }, bareFlow, [formsAsSeen, dialogsAsSeen]),
      ),
  ],
  [`${four.name}, dark`, () => checkDarkTheme(four)],
  [
    // One store for both, whose requests are counted.
    "a million keys",
    async () => {
      for (const runtime of [four, five]) {
        say(`      in ${runtime.name}`);
        await checkMillion(runtime);
      }
    },
  ],
  [`${four.name}, with users`, () => checkPermissions(four)],
  [`${five.name}, with users`, () => checkPermissions(five)],
];

const main = async (): Promise<number> => {
  const [four, five] = [nodeRed4(), nodeRed5()];
  // What is missing is installed before anything runs that would have to wait for it.
  darkThemes();
  const words = process.argv.slice(2);
  const lanes = lanesIn(four, five).filter(([name]) => words.length === 0 || words.some((it) => name.includes(it)));
  // Each waits for half of its time, for answers and for Node-RED, which opens and closes a form in its own time.
  await sideBySide(3, lanes, ([name, run]) => inLane(name, run));
  if (words.length === 0) await checkKnownBarriers();
  return close();
};

exitWith(main());
