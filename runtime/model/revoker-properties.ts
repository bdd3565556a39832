import { z } from 'zod';
import { plain } from './plain-text';
import { RevokerRecord } from './revocation';
import { LONGEST_SETTINGS, MOST_REVOKERS, REVOKER_ID, REVOKER_KINDS } from '../../src/contract/revokers';

const revoker = z.object({
  Id: z.string().regex(REVOKER_ID),
  Kind: z.enum(REVOKER_KINDS),
  Settings: z.record(plain, z.union([plain, z.array(plain), z.record(plain, plain)]))
    .refine((settings) => JSON.stringify(settings).length <= LONGEST_SETTINGS, `is longer than ${LONGEST_SETTINGS} characters`),
  MonthlyCost: z.string().regex(/^\d{1,10}(\.\d{1,2})?$/).optional(),
  Currency: z.string().regex(/^[A-Z]{3}$/).optional(),
  CostTag: z.object({ Key: plain.min(1).max(128), Value: plain.min(1).max(256) }).optional(),
  OnSuspend: z.literal('true').optional(),
});

/** The revokers of an agent, as its construct declares them. */
export const revokerList = z.array(revoker).max(MOST_REVOKERS)
  .refine((all) => new Set(all.map(({ Id: id }) => id)).size === all.length, 'has an id twice');

export function revokerIn(
  { Id: id, Kind: kind, Settings: settings, MonthlyCost: amount, Currency: currency = 'USD', CostTag: tag, OnSuspend: onSuspend }: z.infer<typeof revoker>,
): RevokerRecord {
  return {
    id,
    kind,
    settings,
    ...(amount === undefined ? {} : { monthlyCost: { amount: Number(amount), currency } }),
    ...(tag === undefined ? {} : { costTag: { key: tag.Key, value: tag.Value } }),
    ...(onSuspend === undefined ? {} : { onSuspend: true as const }),
  };
}
