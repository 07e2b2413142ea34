/** What a bucket has when it is made. */
import type { Configuration, ConfigurationName } from "./model";
import type { XmlElement } from "./xml-reader";

const BLOCKS = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

const element = (name: string, children: XmlElement[], text = ""): XmlElement => ({ name, children, text });

/** Ownership controls that name one ownership. */
export function ownershipRoot(ownership: string): XmlElement {
  return element("OwnershipControls", [element("Rule", [element("ObjectOwnership", [], ownership)])]);
}

/**
 * ACLs disabled and public access blocked, as in all buckets made since April 2023 ("Default settings for new S3
 * buckets FAQ"); what `open` makes is a bucket as it was made before: neither is set.
 */
export function newConfigurations(open: boolean): Partial<Record<ConfigurationName, Configuration>> | undefined {
  if (open) return undefined;
  const blocks = BLOCKS.map((name) => element(name, [], "true"));
  return {
    ownershipControls: { root: ownershipRoot("BucketOwnerEnforced") },
    publicAccessBlock: { root: element("PublicAccessBlockConfiguration", blocks) },
  };
}
