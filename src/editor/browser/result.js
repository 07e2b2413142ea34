/** What the samples need to know of the path in the form. */
const pathInForm = (node) => {
  const typed = current(node, "pathType");
  const text = String(current(node, "path") ?? "");
  const { value } = typed === "json" ? parsed(text) : {};
  const kinds = [];
  if (Array.isArray(value)) kinds.push("array");
  if (typed === "str" && text.endsWith("/")) kinds.push("folder");
  const literal = typed === "str" && text !== "" ? text : undefined;
  return { kinds, literal };
};

const isWanted = (node, path, when = {}) =>
  Object.entries(when).every(([field, values]) => {
    if (field === "path") return values.some((value) => path.kinds.includes(value));
    return values.includes(String(current(node, field)));
  });

/** Shows by example what leaves the node as the form stands. */
const showResult = (node, samples, kind) => {
  const path = pathInForm(node);
  const sample = samples.find(({ when }) => isWanted(node, path, when));
  const start = kind === "folder" ? "reports/2026/" : "reports/2026/may.csv";
  const whole = path.literal ?? start;
  const folder = whole.replace(/^\/$/, "").replace(/([^/])$/, "$1/");
  const values = { PATH: whole, FOLDER: folder, FILE: `${folder}may.csv`, NAME: "may.csv" };
  const filled = (text) => text.replace(/\b(PATH|FOLDER|FILE|NAME)\b/g, (name) => JSON.stringify(values[name]));
  const verb = node.type.replace("amazon-s3-", "");
  const output = $("#node-input-output");
  const place = `${output.typedInput("type") || "msg"}.${output.typedInput("value") || "payload"}`;
  const lines = [`${place} = ${filled(sample.result)}`];
  if (sample.parts) lines.push(`msg.parts = ${sample.parts}`);
  const about = [`operation: "${verb}"`, "bucket: …", `path: ${JSON.stringify(whole)}`, sample.s3].filter(Boolean);
  lines.push(`msg.s3 = { ${about.join(", ")} }`);
  const list = $("#node-input-result").empty();
  for (const line of lines) $("<div>").css({ "padding-left": "1em", "text-indent": "-1em" }).text(line).appendTo(list);
};

const offerResult = (node, samples, kind) => {
  const show = () => showResult(node, samples, kind);
  $("#node-input-result").css({
    display: "inline-block",
    width: "70%",
    "vertical-align": "top",
    "font-family": "var(--red-ui-monospace-font)",
    "font-size": "12px",
    "line-height": "18px",
    // A long line would make the form as wide as the window.
    "overflow-wrap": "anywhere",
    contain: "inline-size",
  });
  formOf("node-input").on("change keyup paste", show);
  show();
};
