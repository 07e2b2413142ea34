/** All fields of the connection's form as they stand; a secret that was not touched is "__PWRD__". */
const fieldsOf = (node) => {
  const fields = {};
  for (const name of Object.keys({ ...node._def.defaults, ...node._def.credentials })) {
    const field = $(`#node-config-input-${name}`);
    if (field.length === 0) continue;
    fields[name] = field.attr("type") === "checkbox" ? field.prop("checked") : (field.val() ?? "");
  }
  return fields;
};

/** Codes of refusals that the test of a connection has words for, in the editor's language. */
const refusals = {
  AccessDenied: "mayNot",
  ExpiredToken: "expiredToken",
  InvalidAccessKeyId: "unknownKey",
  InvalidToken: "wrongToken",
  SignatureDoesNotMatch: "wrongSecret",
};

/** What a refusal says: in other words than these, the server's own, which are English, without what was asked. */
const inWords = ({ code, message }) => ({
  code,
  message: Object.hasOwn(refusals, code)
    ? say(`trial.${refusals[code]}`)
    : message?.replace(/^browse( \([^)]*\))?: /, ""),
});

/**
 * Asks a route of this package: see src/node-red/admin-routes.ts. What is refused, by the store or on the way, is a
 * rejection with `{ code, message }`: "Forbidden" where the editor's user may not ask, "Unanswered" where nobody answers.
 * With `signal`, an AbortSignal, the request ends when nobody waits for its answer, and what it asked of the store too.
 */
const postTo = (route, body, signal) => {
  const request = $.ajax({
    url: `amazon-s3/${route}`,
    method: "POST",
    contentType: "application/json",
    data: JSON.stringify(body),
  });
  signal?.addEventListener("abort", () => request.abort());
  return request.then(
    (answer) => (answer.refused ? $.Deferred().reject(inWords(answer.refused)) : answer),
    ({ status, responseJSON }) =>
      $.Deferred().reject(
        status === 401 || status === 403
          ? { code: "Forbidden", message: say("browse.forbidden") }
          : { code: "Unanswered", message: say("trial.unanswered"), ...responseJSON },
      ),
  );
};

/** Asks the server something about the connection as it stands in the form. */
const askServer = (node, what, more = {}, signal) =>
  postTo(`connection/${what}`, { id: node.id, fields: fieldsOf(node), ...more }, signal);

/** Asks the server with a connection: by its id alone where the deployed one is what the editor has. */
const askWith = (connection, what, body, signal) => {
  const { id } = connection;
  if (!connection.changed) return postTo(`deployed/${what}`, { id, ...body }, signal);
  const { defaults, credentials } = connection._def;
  const known = connection.credentials ?? {};
  const fields = {};
  for (const name of Object.keys(defaults)) {
    if (connection[name] !== undefined) fields[name] = String(connection[name]);
  }
  // A secret that was not typed in this editor is on the server alone.
  for (const name of Object.keys(credentials)) fields[name] = known[name] ?? (known[`has_${name}`] ? "__PWRD__" : "");
  return postTo(`connection/${what}`, { id, fields, ...body }, signal);
};
