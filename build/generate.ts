import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { generateActionTable, generateServicePrefixes } from './action-table';
import { generateCertificatePicture } from './certificate-picture';
import { generateCertificateSchema } from './certificate-schema';
import { generateManualPage } from './manual-page';
import { generateReferencePage } from './reference-page';
import { generateResiduePage } from './residue-page';
import { generateResourceFormats } from './resource-formats';
import { generateWiperStatements } from './wiper-statements';
import { controlsTable } from '../runtime/audit/controls';
import { REPORT_FORM } from '../runtime/audit/report/model';

/** Files that are generated from other sources and committed. A test checks that they are current. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'src/aws/iam/action-table-data.ts': generateActionTable,
  'src/aws/iam/resource-formats-data.ts': generateResourceFormats,
  'src/aws/lifecycle-registry/wiper-statements.generated.ts': generateWiperStatements,
  'runtime/model/service-prefixes.generated.ts': generateServicePrefixes,
  'docs/certificate.svg': generateCertificatePicture,
  'docs/certificate.schema.json': generateCertificateSchema,
  'docs/controls.md': withControls,
  'docs/guide/audit-report.schema.json': () => `${JSON.stringify(z.toJSONSchema(REPORT_FORM), null, 2)}\n`,
  'docs/nhi.md': generateReferencePage,
  'docs/nhi.1': generateManualPage,
  'docs/residue.md': generateResiduePage,
  // Must run after the statements are generated, because it prints them.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when the statements that it imports have been written
  'docs/permissions.md': () => (require('./permissions-page') as typeof import('./permissions-page')).generatePermissionsPage(),
};

/** The page with its table made again. Everything around it is written by hand. */
function withControls(): string {
  const page = readFileSync(join(__dirname, '..', 'docs', 'controls.md'), 'utf8');
  return page.replace(/\| part \|[\s\S]*?\n(?=\n)/, () => `${controlsTable()}\n`);
}

if (require.main === module) {
  for (const [file, make] of Object.entries(GENERATED)) {
    writeFileSync(join(__dirname, '..', file), make());
  }
}
