/** The patterns that stand in the form; undefined where the message brings them, or where they are none. */
const patternsInForm = () => {
  const field = $("#node-input-filter");
  const text = field.typedInput("value");
  if (text === "") return undefined;
  if (field.typedInput("type") === "str") return [text];
  const { value } = field.typedInput("type") === "json" ? parsed(text) : {};
  const patterns = typeof value === "string" ? [value] : value;
  const good = Array.isArray(patterns) && patterns.length > 0 && patterns.every((it) => typeof it === "string");
  return good ? patterns : undefined;
};

/** What is asked of the store: undefined while the form leaves the connection, the folder or the filter open. */
const questionInForm = (node, always) => {
  const connection = chosenConnection();
  const [bucket, folder] = [literalIn("bucket"), literalIn("path")];
  const patterns = patternsInForm();
  if (!connection || bucket === undefined || folder === undefined || !patterns) return undefined;
  if ([bucket, folder, ...patterns].some(isFilledIn)) return undefined;
  const isTrue = (name) => current(node, `${name}Type`) === "bool" && String(current(node, name)) === "true";
  const more = { caseSensitive: isTrue("caseSensitive"), recurse: always || isTrue("recurse") };
  return { connection, body: { bucket, folder, patterns, entries: literalIn("entries"), ...more } };
};

/** What tells whether a connection is still the one that was asked: an editor may change it under the form. */
const fieldsOfConnection = ({ endpoint, rootPath, credentials = {} }) => [endpoint, rootPath, credentials.bucket];

const matchesText = (say, { looked, matched, names, more }) => {
  if (looked === 0) return say("matches.empty");
  const listed = [...names, ...(matched > names.length ? ["…"] : [])].join(", ");
  const [none, some] = more ? ["noneYet", "some"] : ["none", "all"];
  return say(`matches.${matched === 0 ? none : some}`, { looked, matched, names: listed });
};

/** Says below the filter what it matches in the folder, soon after it was typed. */
const offerMatches = (node, always) => {
  const say = node._def._;
  const line = $("<div>", { class: "amazon-s3-matches amazon-s3-below", role: "status" });
  $("#node-input-filter").closest(".form-row").append(line);
  let asked = "";
  let timer;
  let ending = new AbortController();

  /** The same question of another connection, or of one that was changed meanwhile, is another question. */
  const keyOf = ({ connection, body }) =>
    JSON.stringify([connection.id, connection.changed, fieldsOfConnection(connection), body]);

  const ask = (question) => {
    const { connection, body } = question;
    const key = keyOf(question);
    ending = new AbortController();
    askWith(connection, "matches", body, ending.signal)
      .done((answer) => asked === key && line.text(matchesText(say, answer)))
      .fail(({ message }) => asked === key && line.text(message));
  };

  const stop = () => {
    clearTimeout(timer);
    ending.abort();
  };

  const look = () => {
    const question = questionInForm(node, always);
    const key = question ? keyOf(question) : "";
    if (key === asked) return;
    asked = key;
    stop();
    line.text(question ? say("matches.looking") : "");
    if (question) timer = setTimeout(() => ask(question), 400);
  };

  formOf("node-input").on("change keyup paste", look);
  // jQuery UI tells an element that it goes, as it does with the form.
  line.on("remove", stop);
  look();
};
