/** The embedded S3 server: what tests, benchmarks and demos import. */
export type { DirectBody, PutOptions, StoredObject } from "./direct";
export { FolderError } from "./folder/folder-error";
export type { Hook, HookAction, HookMatch, RequestInfo } from "./hooks";
export type { MessageQueue, QueueMessage, ReceiveQueueOptions } from "./message-queue";
export type { BucketOptions, Caps, Role, S3ServerOptions, User } from "./options";
export type { Rule } from "./policy";
export type { LoggedRequest } from "./request-log";
export { type S3Server, startS3Server } from "./server";
