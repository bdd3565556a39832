import * as z from 'zod';
import { plainCalls } from './clients';
import { required } from './environment';
import { logger } from './telemetry';
import { CostQuestion, MOST_COST_TAGS } from '../../src/contract/costs';
import { ENVIRONMENT } from '../../src/contract/environment';
import { readCostOfTag } from '../aws/usage';
import { SeenCost } from '../model/usage';

const question = z.object({
  tags: z.array(z.object({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) })).min(1).max(MOST_COST_TAGS),
}) satisfies z.ZodType<CostQuestion>;

/** Asks Cost Explorer what has these tags. It has no access to the ledger, and the engine has none to costs. */
export async function costs(event: unknown): Promise<SeenCost[]> {
  const { tags } = question.parse(event);
  const calls = plainCalls(required(ENVIRONMENT.partition));
  const seen: SeenCost[] = [];
  // One after another: Cost Explorer allows few requests at once.
  for (const tag of tags) {
    seen.push(await readCostOfTag({ calls, now: () => new Date() }, tag));
  }
  seen.forEach(({ missing }) => missing !== undefined && logger.warn('a cost is not known', { missing }));
  return seen;
}
