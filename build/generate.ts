import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateActionTable } from './action-table';

export { generateActionTable };

/** Sources that are made, committed, and checked by a test to be fresh. */
const GENERATED: Record<string, () => string> = {
  'src/aws/access-rules/action-table-data.ts': generateActionTable,
};

if (require.main === module) {
  for (const [file, make] of Object.entries(GENERATED)) {
    writeFileSync(join(__dirname, '..', file), make());
  }
}
