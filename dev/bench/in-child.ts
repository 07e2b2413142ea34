/** One task in a process of its own, so that neither its memory nor its time are mixed with others'. */
import { fork } from "node:child_process";

/**
 * Has a file do a task, in a process that is loaded before it begins.
 * @param file it calls `serveTask`
 * @param name for the error if it ends without an answer
 * @param flags for Node.js
 */
export const inChild = <Task extends object, Told>(
  file: string,
  name: string,
  task: Task,
  flags: readonly string[] = [],
): Promise<Told> =>
  new Promise((resolve, reject) => {
    // The SDK warns of the Node.js versions that it will leave behind, in each process anew.
    const child = fork(file, [], { stdio: "inherit", execArgv: ["--no-warnings", ...flags] });
    child.once("message", (told) => resolve(told as Told));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${name}: ended with ${code}`)));
    child.send(task);
  });

/** Does the task that the process gets, where `module` is what it was started with, and ends. */
export const serveTask = <Task, Told extends object>(
  { filename }: NodeModule,
  work: (task: Task) => Promise<Told>,
): void => {
  if (require.main?.filename !== filename) return;
  // Pauses between two attempts keep no process alive by themselves.
  setInterval(() => {}, 1000);
  process.once("message", (task) => {
    work(task as Task).then(
      (told) => process.send?.(told, () => process.exit()),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
};
