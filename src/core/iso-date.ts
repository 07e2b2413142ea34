const days = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const form = /^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A time as ISO 8601 in UTC, which S3 gives it in already; undefined for none. */
export const readDate = (text: string): string | undefined => {
  const match = form.exec(text);
  if (match && Number(match[2]) <= (days[Number(match[1])] as number)) return text;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};
