/** The store that an endpoint is of: the last one of the table is any. */
const storeOf = (endpoint) => {
  let host = "";
  try {
    host = endpoint === "" ? "" : new URL(endpoint).host;
  } catch {
    return stores.at(-1);
  }
  return stores.find((store) => store.host !== "" && new RegExp(store.host).test(host)) ?? stores.at(-1);
};

/** The choice of a store fills in what it needs; all of it can be changed afterwards. */
const offerStores = () => {
  const choice = field("store");
  for (const { id, name } of stores) {
    $("<option>", { value: id })
      .text(id === "other" ? say("stores.other") : name)
      .appendTo(choice);
  }
  const regions = $("<datalist>", { id: "amazon-s3-regions" }).insertAfter(field("region"));
  field("region").attr("list", "amazon-s3-regions");
  let last = "";

  const suggest = (store) => {
    regions.empty();
    for (const value of store.regions) $("<option>", { value }).appendTo(regions);
    field("region").attr("placeholder", store.region || store.regions[0]);
    field("endpoint").attr("placeholder", store.endpoint || (store.id === "aws" ? "AWS" : "https://s3.example.com"));
    last = store.id;
  };

  const endpointIn = (store, region) => (region === "" ? store.endpoint : store.endpoint.replace("REGION", region));
  const withRegion = (store) => endpointIn(store, field("region").val());
  let lastRegion = field("region").val();

  choice.on("change", () => {
    const store = stores.find(({ id }) => id === choice.val());
    if (store === undefined || store.id === last) return;
    const before = stores.find(({ id }) => id === last);
    // A region of the store before means nothing to this one.
    const region = field("region").val();
    if (region === "" || before?.region === region || store.region !== "" || !store.regions.includes(region))
      field("region").val(store.region);
    field("endpoint").val(store.id === "other" ? "https://" : withRegion(store));
    field("pathStyle").val(store.pathStyle);
    field("checksums").val(store.checksums);
    suggest(store);
    for (const name of ["region", "endpoint"]) field(name).trigger("change");
  });

  // A region that comes later goes where the endpoint waits for it, or takes the place of the one before.
  field("region").on("change", () => {
    const store = stores.find(({ id }) => id === choice.val());
    const before = [store?.endpoint, store && endpointIn(store, lastRegion)];
    lastRegion = field("region").val();
    if (store?.endpoint.includes("REGION") && before.includes(field("endpoint").val()))
      field("endpoint").val(withRegion(store)).trigger("change");
  });

  field("endpoint").on("change", () => {
    const store = storeOf(field("endpoint").val().trim());
    // What is still to be filled in is that of the choice.
    if (choice.val() !== null && /HOST|ACCOUNT|REGION|^https:\/\/$/.test(field("endpoint").val())) return;
    choice.val(store.id);
    suggest(store);
  });

  const store = storeOf(field("endpoint").val());
  choice.val(store.id);
  suggest(store);
};
