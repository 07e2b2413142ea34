/** `npm run servers -- up|down NAME…`: boots or ends independent servers by hand. They stay until they are ended. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../demo/root";
import { independentServers } from "./servers";

const usage = `Usage: npm run servers -- up NAME...      boots servers and prints their settings for a shell
       npm run servers -- down NAME...    ends them; "all" ends all of them

Names: ${Object.keys(independentServers).join(", ")}
`;

const main = (verb: string | undefined, given: string[]): number => {
  const known = Object.keys(independentServers) as (keyof typeof independentServers)[];
  const names = given.includes("all") ? known : known.filter((name) => given.includes(name));
  const unknown = given.filter((name) => name !== "all" && !(known as string[]).includes(name));
  if ((verb !== "up" && verb !== "down") || names.length === 0 || unknown.length > 0) {
    process.stderr.write(`${unknown.map((name) => `no server is called "${name}"\n`).join("")}${usage}`);
    return 2;
  }
  let code = 0;
  for (const name of names) {
    const { script, env } = independentServers[name];
    const run = spawnSync("bash", [join(root, "dev", "servers", `${script}-${verb}.sh`)], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    if (run.status !== 0) code = 1;
  }
  return code;
};

process.exitCode = main(process.argv[2], process.argv.slice(3));
