// `npm run test:editor`: the forms in Chromium, in Node-RED 4.1 and 5, light and dark.
import "should";
import { openEditor } from "../../dev/screenshots/browser";
import { nodeRed4, nodeRed5, type Runtime } from "../package/runtimes";
import { check, close } from "../support/checks";
import { checkBadInput } from "./check-bad-input";
import { checkKnownBarriers } from "./check-barriers";
import { checkBrowse } from "./check-browse";
import { checkBuckets } from "./check-buckets";
import { checkDarkTheme } from "./check-dark-theme";
import { checkDialogsAsSeen } from "./check-dialogs-as-seen";
import { checkExamples } from "./check-examples";
import { checkFirstObject } from "./check-first-object";
import { checkForms, checkOldFlows, oldNodes } from "./check-forms";
import { checkFormsAsSeen } from "./check-forms-as-seen";
import { checkLanguages } from "./check-languages";
import { checkMillion } from "./check-million";
import { checkNodes } from "./check-nodes";
import { checkPermissions } from "./check-permissions";
import { checkSecrets } from "./check-secrets";
import { checkStores } from "./check-stores";
import { checkTrial } from "./check-trial";
import { checkTryout } from "./check-tryout";
import { bareFlow } from "./form";
import { withEditor } from "./with-editor";
import { putFlow } from "./with-page";

/** The connection of the flow. */
const connection = "s3";

const languagesIn = (runtime: Runtime): Promise<void> => {
  console.log(`\n${runtime.name}, in all languages`);
  return withEditor(runtime, { flow: bareFlow }, (browser, { url }) => checkLanguages(browser, url, connection));
};

const tryIn = (runtime: Runtime, dark: boolean): Promise<void> => {
  console.log(`\n${runtime.name}, ${dark ? "dark" : "light"}`);
  return withEditor(runtime, {}, async (browser, { url }) => {
    await putFlow(url, [...bareFlow, ...oldNodes]);
    const place = { browser, url, dark };
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
    await checkNodes(place);
    await checkExamples(place);
    await checkFirstObject(place);
    await checkTryout(place);
    await checkFormsAsSeen(place);
    await checkDialogsAsSeen(place);
    // Node-RED 4 has no dark theme of its own.
    if (dark) {
      console.log(`\n${runtime.name}, light`);
      await checkFormsAsSeen({ ...place, dark: false });
      await checkDialogsAsSeen({ ...place, dark: false });
    }
  });
};

const main = async (): Promise<number> => {
  await tryIn(nodeRed4(), false);
  await tryIn(nodeRed5(), true);
  console.log(`\n${nodeRed4().name}, dark`);
  await checkDarkTheme(nodeRed4());
  await languagesIn(nodeRed4());
  for (const runtime of [nodeRed4(), nodeRed5()]) {
    console.log(`\n${runtime.name}, with canaries for secrets`);
    await checkSecrets(runtime);
    console.log(`\n${runtime.name}, a million keys`);
    await checkMillion(runtime);
    console.log(`\n${runtime.name}, with users`);
    await checkPermissions(runtime);
  }
  await checkKnownBarriers();
  return close();
};

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
