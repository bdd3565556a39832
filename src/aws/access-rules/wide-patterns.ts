import { factsOf } from '../iam/action-table';
import { hasWildcard } from '../iam/globs';

/** Actions that read. All others change something. */
const READS = /:(batchget|describe|get|head|list|lookup|query|scan|search|view)/i;
/** Largest share of a service's changing actions. Patterns that cover more name the service rather than a task. */
const MOST = 0.5;
/** A service with fewer changing actions is small enough for a pattern. */
const MANY = 10;
/** A pattern such as `s3:P*` ends inside a word, so it names no verb. */
const BEGINNING = /^[a-z0-9-]+:[a-z]{0,2}\*$/i;

/** Returns patterns that together cover most changing actions of a service, or that give only the first letter or two of many actions. */
export function widePatterns(actions: readonly string[]): string[] {
  const patterns = actions.filter(hasWildcard);
  const services = new Set(patterns.map(serviceOf));
  return [...services].flatMap((service) => {
    const ofService = patterns.filter((pattern) => serviceOf(pattern) === service);
    const changing = factsOf(`${service}:*`).covers.filter((action) => !READS.test(action));
    const covered = new Set(ofService.flatMap((pattern) => factsOf(pattern).covers).filter((action) => !READS.test(action)));
    return changing.length >= MANY && covered.size >= changing.length * MOST
      ? ofService
      : ofService.filter((pattern) => BEGINNING.test(pattern) && factsOf(pattern).covers.length >= MANY);
  });
}

function serviceOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf(':'), 0)).toLowerCase();
}
