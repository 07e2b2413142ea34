declare module "node-red-node-test-helper" {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types
  const helper: any;
  export default helper;
}
