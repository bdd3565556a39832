/** An event as far as it may contain a suspension. After tampering, any member may be missing. */
export interface InSuspension {
  readonly data?: { readonly unmapped?: { readonly details?: { readonly suspension?: unknown; readonly departed?: unknown } | null } | null } | null;
}

/** Whether a text is an instant as `Date.toISOString` writes it. */
export function isInstant(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
