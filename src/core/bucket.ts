import { type Declared, text } from "./parameter";

/** The parameter that every operation has besides its own. */
export const bucketParameter: Declared<string> = text({
  label: "Bucket",
  icon: "archive",
  literal: "",
  text: "another bucket than the connection's",
  fallbackText: "the connection's",
});
