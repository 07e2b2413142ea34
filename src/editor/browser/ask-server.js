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

/** Asks a route of this package: see src/node-red/admin-routes.ts. */
const postTo = (route, body) =>
  $.ajax({ url: `amazon-s3/${route}`, method: "POST", contentType: "application/json", data: JSON.stringify(body) });

/** Asks the server something about the connection as it stands in the form. */
const askServer = (node, what, more = {}) =>
  postTo(`connection/${what}`, { id: node.id, fields: fieldsOf(node), ...more });
