import type { Operation } from "../core/operation";

/** The actions whose resource is the bucket itself; of all others it is what lies in it. */
const onBucket: ReadonlySet<string> = new Set(["s3:ListBucket", "s3:ListBucketVersions", "s3:CreateBucket"]);

/** The least IAM policy with which the node works: without what only some of its options need. */
export const policyOf = (operation: Operation): object => {
  const needed = operation.permissions.filter(({ extra }) => !extra).map(({ action }) => action);
  const statement = (actions: readonly string[], resource: string): object[] =>
    actions.length === 0 ? [] : [{ Effect: "Allow", Action: actions, Resource: resource }];
  return {
    Version: "2012-10-17",
    Statement: [
      ...statement(
        needed.filter((action) => !onBucket.has(action)),
        "arn:aws:s3:::my-bucket/*",
      ),
      ...statement(
        needed.filter((action) => onBucket.has(action)),
        "arn:aws:s3:::my-bucket",
      ),
    ],
  };
};
