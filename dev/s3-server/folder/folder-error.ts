/** What is wrong with a folder, in words that say what to do. */
export class FolderError extends Error {}
