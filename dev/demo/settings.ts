import { join } from "node:path";
import type { LocalSettings } from "@node-red/runtime";
import { root } from "./root";

/** Node-RED's settings for the demo: quiet, on loopback, without anything that asks or calls home. */
export const settings = (userDir: string, credentialSecret: string): LocalSettings => {
  const all = {
    userDir,
    flowFile: "flows.json",
    uiHost: "127.0.0.1",
    // The port is chosen by our own server; Node-RED wants to have one named.
    uiPort: 0,
    httpAdminRoot: "/",
    httpNodeRoot: "/",
    credentialSecret,
    telemetry: { enabled: false, updateNotification: false },
    // Its warnings at the start are about projects and a first file of credentials; those of nodes are in the sidebar.
    logging: { console: { level: "error", metrics: false, audit: false } },
    // The core's categories follow by themselves.
    paletteCategories: ["Amazon S3"],
    editorTheme: {
      page: { title: "Amazon S3 nodes", scripts: join(root, "dev", "demo", "page.js") },
      tours: false,
      projects: { enabled: false },
      codeEditor: { lib: "monaco" },
    },
  };
  // The type definitions know fewer settings than Node-RED does.
  return all as LocalSettings;
};
