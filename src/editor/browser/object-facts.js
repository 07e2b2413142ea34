const sizeText = (bytes) => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const at = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at]}`;
};

// Made once: it takes longer than to use it, and there are a thousand dates on a page.
let dates;

const dateText = (iso) => {
  if (iso === undefined) return "";
  dates ??= new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" });
  return dates.format(new Date(iso));
};

/** What an object is, and how it begins. `answer` is that of the route `preview`. */
const showObject = (place, path, { about, text, image }) => {
  // Names of metadata may be long, and have to leave the values their room.
  const facts = $("<dl>").css({
    display: "grid",
    "grid-template-columns": "fit-content(40%) minmax(0, 1fr)",
    gap: "2px 10px",
    margin: "4px 0 8px",
    "overflow-wrap": "anywhere",
  });
  const fact = (name, value) => {
    if (!value) return;
    $("<dt>").css({ "font-weight": "normal", margin: 0 }).text(name).appendTo(facts);
    $("<dd>").css({ margin: 0 }).text(value).appendTo(facts);
  };
  fact(say("browse.size"), sizeText(about.size ?? 0));
  fact(say("browse.type"), about.contentType);
  fact(say("browse.changed"), dateText(about.lastModified));
  fact(say("browse.storageClass"), about.storageClass);
  for (const [name, value] of Object.entries(about.metadata ?? {})) fact(name, value);
  place.empty().append($("<div>").css({ "font-weight": "bold" }).text(path), facts);
  const frame = {
    "max-width": "100%",
    border: "1px solid var(--red-ui-secondary-border-color)",
    "box-sizing": "border-box",
  };
  if (image !== undefined) place.append($("<img>", { src: image, alt: path }).css(frame));
  else if (text !== undefined)
    place.append(
      $("<pre>")
        .css({ ...frame, "white-space": "pre-wrap", "overflow-wrap": "anywhere", margin: 0, padding: "6px" })
        .text(text.split("\n").slice(0, 20).join("\n")),
    );
  else place.append($("<div>").text(about.size === 0 ? say("browse.emptyObject") : say("browse.noPreview")));
};
