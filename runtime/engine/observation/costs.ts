import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CostQuestion } from '../../../src/contract/costs';
import { reasonOf } from '../../../src/core/errors';
import { costTagsOf, tagText } from '../../model/cost-lookup';
import { PlacementState } from '../../model/placement-state';
import { revokersOf } from '../../model/revocation';
import { SeenCost } from '../../model/usage';
import { Engine } from '../engine';

const answers = z.array(z.object({
  from: z.string(),
  to: z.string(),
  readAt: z.string(),
  amount: z.number().positive().optional(),
  unit: z.string().regex(/^[A-Z]{3}$/).optional(),
  missing: z.string().max(1_000).optional(),
  unanswered: z.literal(true).optional(),
}));

/** Asks the registry's function what the revokers' tags cost. Nothing is known if it fails. */
export async function observeCosts({ lambda, config: { costFunction }, log }: Engine, state: PlacementState): Promise<ReadonlyMap<string, SeenCost>> {
  const tags = costTagsOf(revokersOf(state));
  try {
    const { FunctionError: failure, Payload: payload } = await lambda.send(new InvokeCommand({
      FunctionName: costFunction, Payload: JSON.stringify({ tags } satisfies CostQuestion),
    }));
    if (failure !== undefined || payload === undefined) {
      throw new Error('the function failed');
    }
    const said = answers.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return new Map(tags.flatMap((tag, index) => (said[index] === undefined ? [] : [[tagText(tag), said[index]] as const])));
  } catch (error) {
    log.warn('costs could not be looked up', { reason: reasonOf(error) });
    return new Map();
  }
}
