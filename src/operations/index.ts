import type { Operation } from "../core/operation";
import { create } from "./create";
import { deleteOperation } from "./delete";
import { download } from "./download";
import { exist } from "./exist";
import { list } from "./list";
import { purge } from "./purge";
import { read } from "./read";
import { upload } from "./upload";
import { write } from "./write";

/** All operations, in the order of the palette. A new one is added here. */
export const operations: readonly Operation[] = [
  create,
  deleteOperation,
  download,
  exist,
  list,
  purge,
  read,
  upload,
  write,
] as never;
