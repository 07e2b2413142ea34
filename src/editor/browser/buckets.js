/** Offers the account's buckets where the keys may list them; where they may not, the name is typed. */
const offerBuckets = (node) => {
  const field = $("#node-config-input-bucket");
  const list = $("<datalist>", { id: "amazon-s3-buckets" }).insertAfter(field);
  field.attr("list", "amazon-s3-buckets");
  let asked = "";
  field.on("focus", () => {
    const { bucket: _, ...others } = fieldsOf(node);
    const now = JSON.stringify(others);
    // Nothing new would come of it.
    if (now === asked || others.region === "") return;
    asked = now;
    list.empty();
    askServer(node, "buckets").then(
      ({ buckets }) => {
        if (now !== asked) return;
        for (const { name } of buckets) $("<option>", { value: name }).appendTo(list);
      },
      () => {
        if (now === asked) asked = "";
      },
    );
  });
};

/** The button beside the bucket: it looks with what stands in the form. */
const offerBucketBrowsing = (node) => {
  const field = $("#node-config-input-bucket");
  const title = say("browse.chooseBucket");
  const button = $("#node-config-input-bucket-browse").attr({ title, "aria-label": title });
  button.on("click", () =>
    openStoreBrowser({
      ask: (what, body, signal) => askServer(node, what, body, signal),
      kind: "bucket",
      choose: (bucket) => field.val(bucket).trigger("change"),
    }),
  );
};
