import { createHash } from 'node:crypto';
import { BeforeAdoption } from '../../../model/placement-state';
import { PrincipalDescription } from '../describe';

/** What is stored of a role before its adoption. */
export function beforeAdoption({ trust = '{}', boundary, tags, inline, attached }: PrincipalDescription, at: Date): BeforeAdoption {
  return {
    at: at.toISOString(),
    trust,
    boundary: boundary ?? null,
    tags,
    inline: Object.fromEntries(Object.entries(inline).map(([name, document]) => [name, createHash('sha256').update(document).digest('hex')])),
    attached: [...attached].sort(),
  };
}
