/** Actions that are not named by a commit: whoever owns a tag can put another program behind it. */
export const actionFaults = (workflow: string): string[] =>
  [...workflow.matchAll(/^\s*(?:- )?uses:\s*(\S+)/gm)]
    .map(([, action]) => action as string)
    .filter((action) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(action))
    .map((action) => `${action} is not named by a commit`);

/** Permissions to write that a workflow gives to all of its jobs, or to more than one. */
const permissionFaults = (workflow: string): string[] => {
  const faults = /^permissions:\n {2}contents: read\n(?! )/m.test(workflow)
    ? []
    : ["jobs may do more than read where they do not say so"];
  const given = [...workflow.matchAll(/^ +([\w-]+): write/gm)].map(([, name]) => name as string);
  const twice = given.filter((name, index) => given.indexOf(name) !== index);
  return [...faults, ...twice.map((name) => `several jobs may write ${name}`)];
};

/** What the workflow that checks a change lacks. */
export const checkFaults = (workflow: string): string[] => [
  ...permissionFaults(workflow),
  ...[...workflow.matchAll(/^ +([\w-]+): write/gm)].map(([, name]) => `a job may write ${name}`),
];

const steps: Readonly<Record<string, RegExp>> = {
  "asks for known weaknesses": /^ +- run: npm audit --omit=dev$/m,
  "may ask for a signed statement": /^ +id-token: write$/m,
  "publishes with a statement of where it comes from": /^ +npm publish --provenance /m,
  "makes the list of what is in it": /node dev\/sbom\.js sbom\.cdx\.json$/m,
  "attaches the list to the release": /gh release create .*\bsbom\.cdx\.json$/m,
};

/** What the workflow that releases a version lacks. */
export const releaseFaults = (workflow: string): string[] => [
  ...permissionFaults(workflow),
  ...Object.entries(steps)
    .filter(([, step]) => !step.test(workflow))
    .map(([what]) => `no step ${what}`),
];
