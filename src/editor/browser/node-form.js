/**
 * Prepares a node's form: makes its typedInputs, and what moves in it. Of the node, `types` are what its typedInputs offer,
 * `when` the conditions of its rows, `samples` its results by example, `kind` what its path names, `disk` the
 * fields that name files on disk, and `always` whether its filter is tried on subfolders too; undefined where it has no
 * filter.
 */
const openNodeForm = (node, { types, when, samples, kind, disk = [], always }) => {
  beginForm(node, "node-input");
  keepUnlisted(node);
  for (const [name, offered] of Object.entries(types)) {
    const field = $(`#node-input-${name}`);
    field.typedInput({ types: offered, typeField: $(`#node-input-${name}Type`) });
    tieLabel(node, field);
  }
  for (const [row, condition] of Object.entries(when)) showWhen(node, row, condition);
  const isStart = (name) => node[name] === undefined || node[name] === node._def.defaults[name].value;
  const more = formOf("node-input").find(".amazon-s3-more");
  const names = more
    .find("input[id^=node-input-]")
    .get()
    .map((field) => field.id.slice("node-input-".length));
  more.prop("open", !names.every(isStart));
  showReasonsOnChange(node, "node-input");
  offerTryout(node);
  offerBrowsing(kind);
  for (const name of disk) offerDiskBrowsing(name);
  offerResult(node, samples, kind);
  if (always !== undefined) offerMatches(node, always);
};

const saveNodeForm = (node) => {
  addTryout(node);
  closeForm(node);
};
