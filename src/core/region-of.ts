interface Answered {
  Region?: unknown;
  $response?: { headers?: Record<string, unknown> };
}

/** A header of the answer that an error of the SDK was made from. */
export const headerOf = (error: unknown, name: string): string | undefined => {
  const value = (error as Answered | undefined)?.$response?.headers?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** The region that the store says the bucket is in, where it refuses that of the request. */
export const regionOf = (error: unknown): string | undefined => {
  const { Region } = (error ?? {}) as Answered;
  const told = headerOf(error, "x-amz-bucket-region") ?? (typeof Region === "string" ? Region : undefined);
  return told !== undefined && /^[a-z0-9-]{1,40}$/.test(told) ? told : undefined;
};
