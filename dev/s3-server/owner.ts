/** The one account that owns every bucket and object of a server. */
import { tag } from "./xml";

/** Its canonical user id. */
export const OWNER_ID = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/** The element that tells the owner. */
export const OWNER = `<Owner>${tag("ID", OWNER_ID)}</Owner>`;
