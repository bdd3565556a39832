import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from '../../build/generate';

// The packed table has a test of its own, which compares it unpacked: another version of Node.js packs the same text differently.
test.each(Object.entries(GENERATED).filter(([file]) => /^docs\/nhi\.|\.(md|schema\.json)$/.test(file)))('%s is what the build makes now', (file, make) => {
  const committed = readFileSync(join(__dirname, '..', '..', file), 'utf8');

  // If it differs, run `npx projen generate`.
  expect(committed).toBe(make());
});
