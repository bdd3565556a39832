import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_SET, packed } from './action-table';

// The forms of resources in ARNs, a line a service: `dynamodb table/* table/*/index/*`, where `*` stands for a name. Those without an account have a line of
// their own (`s3!`).
function formatListing(): string {
  const folder = join(DATA_SET, 'data', 'resourceTypes');
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).sort()) {
    const types = Object.values(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, { arn: string }>);
    for (const { arn } of types) {
      const [, , service, , account, ...resource] = arn.replace(/\$\{[^}]*\}/g, '*').split(':');
      const key = `${service}${account === '' ? '!' : ''}`;
      const format = resource.join(':');
      if (/^[a-z0-9-]+!?$/.test(key) && format.includes('*') && !format.includes(' ')) {
        found.set(key, (found.get(key) ?? new Set()).add(format));
      }
    }
  }
  return [...found.keys()].sort().map((key) => [key, ...[...found.get(key)!].sort()].join(' ')).join('\n');
}

/** The text of src/aws/iam/resource-formats-data.ts. */
export function generateResourceFormats(): string {
  return packed('RESOURCE_FORMATS', formatListing());
}
