import { SERVICE_PREFIXES } from './service-prefixes.generated';

/** Service of actions that belong to no single one: `*`, or all but some. */
const EVERY_SERVICE = '*';
const KNOWN: ReadonlySet<string> = new Set([EVERY_SERVICE, ...SERVICE_PREFIXES.split(' ')]);

/** The service of an action or of a pattern of actions. */
export function serviceOf(action: string): string {
  const [, service] = /^([a-z0-9-]+):/i.exec(action) ?? [];
  return service?.toLowerCase() ?? EVERY_SERVICE;
}

/** Whether AWS has such a service. Anybody can write an action of one that it doesn't have. */
export function isKnownService(service: string): boolean {
  return KNOWN.has(service);
}
