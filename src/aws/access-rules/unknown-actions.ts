import { factsOf } from '../iam/action-table';
import { StatementJson } from '../iam/statement';

/** An action that is not in the table. AWS adds actions all the time, so it is a warning and not an error. */
interface UnknownAction {
  readonly action: string;
  /** Actions of the same service with a similar name. */
  readonly alike: readonly string[];
}

const FAR = 3;
const MOST_ALIKE = 3;

export function unknownActions({ effect, actions }: StatementJson): UnknownAction[] {
  return effect === 'Deny' ? [] : actions
    .filter((action) => /^[a-z0-9-]+:[a-z0-9*?_-]+$/i.test(action) && factsOf(action).covers.length === 0)
    .map((action) => ({ action, alike: alikeOf(action) }));
}

function alikeOf(action: string): string[] {
  const [service, name] = action.toLowerCase().split(':');
  return factsOf(`${service}:*`).covers
    .map((known) => ({ known, distance: distanceOf(name, known.toLowerCase().slice(service.length + 1)) }))
    .filter(({ distance }) => distance < FAR)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_ALIKE)
    .map(({ known }) => known);
}

/** Number of letters to add, remove or change. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      next.push(Math.min(next[column] + 1, row[column + 1] + 1, row[column] + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}
