import { dirname } from "node:path";
import helper from "node-red-node-test-helper";

/** Node-RED's own guard of its routes; the helper gives nodes one that lets everybody pass. */
const loadGuard = (): { init(settings: object, storage?: object): void } => {
  const runtime = dirname(require.resolve("node-red"));
  return require(require.resolve("@node-red/editor-api/lib/auth", { paths: [runtime] }));
};

/**
 * Has the editor ask who somebody is, for the specs of one `describe`: a token is the user's name.
 * @param users permissions by name; those of "anonymous" are everybody's, and without them a token is needed
 */
export const useAdminUsers = (users: Readonly<Record<string, string | string[]>>): void => {
  const user = (username: string) => {
    const permissions = users[username];
    return permissions === undefined ? null : { username, permissions, anonymous: username === "anonymous" };
  };
  const guard = loadGuard();
  const util = helper._registryUtil;
  const { createNodeApi } = util;
  before(() => {
    const adminAuth = {
      type: "credentials",
      users: [],
      tokens: async (token: string) => user(token),
      default: async () => user("anonymous"),
    };
    const storage = { getSessions: async () => ({}), saveSessions: async () => {} };
    guard.init({ adminAuth }, storage);
    util.createNodeApi = (node: object) => Object.assign(createNodeApi(node), { auth: guard });
  });
  after(() => {
    util.createNodeApi = createNodeApi;
    guard.init({});
  });
};
