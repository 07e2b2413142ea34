/** to come */
export class S3Error extends Error {}
