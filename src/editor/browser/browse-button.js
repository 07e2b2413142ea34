/** The buttons beside path and bucket: each takes what is chosen as a literal. */
const offerBrowsing = (kind) => {
  const say = (name) => RED._(`node-red-contrib-amazon-s3/amazon-s3-config:${name}`);
  const literal = (name) =>
    $(`#node-input-${name}`).typedInput("type") === "str" ? $(`#node-input-${name}`).typedInput("value") : "";
  const offer = (name, kind, title) => {
    const field = $(`#node-input-${name}`);
    const button = $(`#node-input-${name}-browse`).attr({ title, "aria-label": title });
    button.on("click", () => {
      const connection = RED.nodes.node($("#node-input-connection").val());
      if (!connection) {
        RED.notify(say("browse.noConnection"), "warning");
        return;
      }
      // Its code is the connection's, once for all nodes.
      connection._def.openStoreBrowser(connection, {
        bucket: literal("bucket"),
        kind,
        path: literal("path"),
        choose: (chosen) => {
          field.typedInput("type", "str");
          field.typedInput("value", chosen);
          field.trigger("change");
        },
      });
    });
  };
  offer("path", kind, say("browse.title"));
  offer("bucket", "bucket", say("browse.chooseBucket"));
};
