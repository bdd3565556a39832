import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from '../../build/generate';

// The packed table is compared unpacked, by its own test: another Node version packs the same text differently.
test.each(Object.entries(GENERATED).filter(([file]) => file.endsWith('.md')))('%s is what the build makes now', (file, make) => {
  const committed = readFileSync(join(__dirname, '..', '..', file), 'utf8');

  // When it differs: `npx projen generate`.
  expect(committed).toBe(make());
});
