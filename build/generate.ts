import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateActionTable } from './action-table';
import { generatePermissionsPage } from './permissions-page';

/** What is made from other sources and committed; a test checks that it is fresh. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'src/aws/access-rules/action-table-data.ts': generateActionTable,
  'docs/permissions.md': generatePermissionsPage,
};

if (require.main === module) {
  for (const [file, make] of Object.entries(GENERATED)) {
    writeFileSync(join(__dirname, '..', file), make());
  }
}
