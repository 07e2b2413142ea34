import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { checkDownload } from "./check-download";
import { checkParts } from "./check-parts";
import { checkRefused } from "./check-refused";
import { checkUpload } from "./check-upload";
import type { Stage } from "./stage";

/** Files of the disk, which nodes upload and the client downloads, and the other way round. */
export const checkDisk = async (stage: Stage): Promise<void> => {
  for (const one of [checkUpload, checkDownload, checkParts, checkRefused]) {
    // One bucket for all: to make another takes some clients a second.
    await stage.nodePurges();
    await one({ ...stage, folder: mkdtempSync(join(stage.folder, "in-")) });
  }
};
