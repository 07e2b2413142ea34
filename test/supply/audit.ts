/** What `npm audit --json` has found out, or why it could not. */
export type Audit = { known: true; faults: string[] } | { known: false; why: string };

interface Report {
  error?: { code?: string; summary?: string };
  message?: string;
  statusCode?: number;
  auditReportVersion?: number;
  vulnerabilities?: Record<string, { severity?: string; range?: string }>;
  metadata?: { dependencies?: { prod?: number } };
}

/** Reads npm's answer; what is no report is none, whatever the exit code says. */
export const readAudit = (printed: string): Audit => {
  let report: Report;
  try {
    report = JSON.parse(printed);
  } catch {
    return { known: false, why: `npm printed no report: ${printed.trim().slice(0, 200) || "nothing"}` };
  }
  const { vulnerabilities, auditReportVersion, error, message, statusCode, metadata } = report ?? {};
  if (!auditReportVersion || !vulnerabilities || error) {
    const why = [error?.code, error?.summary, message ?? statusCode].filter(Boolean).join(" ");
    return { known: false, why: (why || "npm printed no report").slice(0, 300) };
  }
  if (!metadata?.dependencies?.prod) return { known: false, why: "npm has looked at no dependency" };
  const found = Object.entries(vulnerabilities);
  return { known: true, faults: found.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`) };
};
