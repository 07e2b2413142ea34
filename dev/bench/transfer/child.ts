/** runTask: one transfer in a process of its own, which is loaded before the clock starts. */
import { inChild, serveTask } from "../in-child";
import { type Cost, costOf } from "./measured";
import { lanes, type Task } from "./ours";

export const runTask = (task: Task): Promise<Cost> => inChild(__filename, `${task.lane}, ${task.direction}`, task);

const work = (task: Task): Promise<Cost> => costOf(() => lanes[task.lane](task));

serveTask(module, work);
