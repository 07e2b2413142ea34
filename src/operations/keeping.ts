import { dictionary, text } from "../core/parameter";

/** How an object is kept: declarations that several operations have. */
export const keeping = {
  contentType: text({
    label: "MIME type",
    icon: "file-image-o",
    literal: "",
    text: "the MIME type",
    example: "text/csv",
    fallbackText: "from the path's extension, else from the kind of data",
  }),
  metadata: dictionary({
    label: "Metadata",
    icon: "tags",
    literal: "{}",
    text: "names and values that are kept with the object",
  }),
  tags: dictionary({
    label: "Tags",
    icon: "tag",
    literal: "{}",
    text: "names and values for rules and bills, 10 at most",
  }),
  storageClass: text({
    label: "Storage",
    icon: "archive",
    literal: "",
    text: "the storage class, such as <code>STANDARD_IA</code>",
    example: "STANDARD_IA",
    fallbackText: "<code>STANDARD</code>",
  }),
  cacheControl: text({
    label: "Caching",
    icon: "clock-o",
    literal: "",
    text: "how long browsers may keep it",
    example: "max-age=3600",
    fallbackText: "none",
  }),
  encryption: text({
    label: "Encryption",
    icon: "lock",
    literal: "",
    text: "by the store: <code>AES256</code>, <code>aws:kms</code> or <code>aws:kms:dsse</code>",
    example: "aws:kms",
    fallbackText: "the bucket's",
  }),
  kmsKeyId: text({
    label: "KMS key",
    icon: "key",
    literal: "",
    text: "the key for <code>aws:kms</code>",
    example: "arn:aws:kms:…",
    fallbackText: "the account's",
  }),
};
