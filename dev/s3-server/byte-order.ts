/**
 * S3 lists keys in the order of their UTF-8 bytes; JavaScript compares UTF-16 code units. The two differ only where
 * a surrogate (a character beyond U+FFFF) meets U+E000 to U+FFFF. So every key gets a second form in which
 * surrogates sort last; comparing these with `<` gives byte order, and nearly all keys are their own second form.
 */

const MOVED = /[\ud800-\uffff]/;
const EVERY_MOVED = /[\ud800-\uffff]/g;

/** The form of a key whose code units sort as the key's UTF-8 bytes do. Prefixes stay prefixes. */
export function toOrder(key: string): string {
  if (!MOVED.test(key)) return key;
  return key.replace(EVERY_MOVED, (c) => {
    const unit = c.charCodeAt(0);
    return String.fromCharCode(unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  });
}

/** The key that `order` is the form of. */
export function fromOrder(order: string): string {
  if (!MOVED.test(order)) return order;
  return order.replace(EVERY_MOVED, (c) => {
    const unit = c.charCodeAt(0);
    return String.fromCharCode(unit >= 0xf800 ? unit - 0x2000 : unit + 0x800);
  });
}

/** A form that sorts after everything that begins with `order`. */
export function afterPrefix(order: string): string {
  return `${order}\uffff`;
}

/** -1, 0 or 1 as the forms compare. */
export function compareOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
