/** The proxy that does to requests what networks and stores do on bad days: what tests and tools import. */
export type { Fault, Plan, ProxiedRequest } from "./fault";
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "./fault-proxy";
export type { Passage } from "./passage";
export { type FaultKind, faultKinds, randomFault } from "./random-fault";
export { type RandomPlan, randomPlan } from "./random-plan";
