/** The type of the connection node. */
export const connectionType = "amazon-s3-config";
