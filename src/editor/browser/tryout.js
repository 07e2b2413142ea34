const tryoutId = "amazon-s3-tryout";

const hasWires = (node) => ["source", "target"].some((end) => RED.nodes.filterLinks({ [end]: node }).length > 0);

/** Whether the form says all that the node needs, so that any message starts it. */
const needsNoMessage = (node) => node._def.required.every((name) => $(`#node-input-${name}Type`).val() !== "msg");

/** A row for a node without wires: with a tick it gets an inject node before it and a debug node behind it. */
const offerTryout = (node) => {
  if (hasWires(node)) return;
  const form = formOf("node-input");
  const row = $("<div>", { class: "form-row" }).appendTo(form.find(".amazon-s3-form"));
  row.append(
    $("<label>").html("&nbsp;"),
    " ",
    $("<input>", { type: "checkbox", id: tryoutId }).css({
      display: "inline-block",
      width: "auto",
      "vertical-align": "top",
    }),
    " ",
    $("<label>", { for: tryoutId }).css({ width: "calc(70% - 25px)" }).text(say("browse.tryout")),
  );
  const update = () => row.toggle(needsNoMessage(node));
  form.on("change keyup paste", update);
  update();
};

/** Adds what is ticked, as a step of its own that can be undone, and shows where the result will be. */
const addTryout = (node) => {
  if ($(`#${tryoutId}:checked`).length === 0 || !needsNoMessage(node)) return;
  const { x, y, z } = node;
  // At the left edge there is no room before it.
  const start = { x: Math.max(120, x - 200), y: x < 320 ? y + 80 : y };
  const places = [
    { type: "inject", name: "", ...start },
    { type: "debug", name: "", x: x + 220, y },
  ];
  const dirty = RED.nodes.dirty();
  const { nodes } = RED.nodes.import(
    places.map((place) => ({ id: RED.nodes.id(), z, wires: [], ...place })),
    { applyNodeDefaults: true, markChanged: true },
  );
  const links = [
    { source: nodes[0], sourcePort: 0, target: node },
    { source: node, sourcePort: 0, target: nodes[1] },
  ];
  for (const link of links) RED.nodes.addLink(link);
  RED.history.push({ t: "add", nodes: nodes.map(({ id }) => id), links, dirty });
  RED.nodes.dirty(true);
  RED.view.redraw(true);
  RED.sidebar.show("debug");
};
