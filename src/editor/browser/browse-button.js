/** The button beside the path: it takes what is chosen as a literal. */
const offerBrowsing = (kind) => {
  const field = $("#node-input-path");
  const button = $("#node-input-path-browse");
  const say = (name) => RED._(`node-red-contrib-amazon-s3/amazon-s3-config:${name}`);
  button.attr({ title: say("browse.title"), "aria-label": say("browse.title") });
  button.on("click", () => {
    const connection = RED.nodes.node($("#node-input-connection").val());
    if (!connection) {
      RED.notify(say("browse.noConnection"), "warning");
      return;
    }
    const literal = (name) =>
      $(`#node-input-${name}`).typedInput("type") === "str" ? $(`#node-input-${name}`).typedInput("value") : "";
    // Its code is the connection's, once for all nodes.
    connection._def.openStoreBrowser({
      connection,
      bucket: literal("bucket"),
      kind,
      path: literal("path"),
      choose: (path) => {
        field.typedInput("type", "str");
        field.typedInput("value", path);
        field.trigger("change");
      },
    });
  });
};
