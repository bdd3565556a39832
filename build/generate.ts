import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateActionTable, generateServicePrefixes } from './action-table';
import { generateCertificatePicture } from './certificate-picture';
import { generateCertificateSchema } from './certificate-schema';
import { generateManualPage } from './manual-page';
import { generateReferencePage } from './reference-page';
import { generateResiduePage } from './residue-page';
import { generateResourceFormats } from './resource-formats';
import { generateWiperStatements } from './wiper-statements';

/** Files that are generated from other sources and committed. A test checks that they are current. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'src/aws/iam/action-table-data.ts': generateActionTable,
  'src/aws/iam/resource-formats-data.ts': generateResourceFormats,
  'src/aws/lifecycle-registry/wiper-statements.generated.ts': generateWiperStatements,
  'runtime/model/service-prefixes.generated.ts': generateServicePrefixes,
  'docs/certificate.svg': generateCertificatePicture,
  'docs/certificate.schema.json': generateCertificateSchema,
  'docs/nhi.md': generateReferencePage,
  'docs/nhi.1': generateManualPage,
  'docs/residue.md': generateResiduePage,
  // Must run after the statements are generated, because it prints them.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when the statements that it imports have been written
  'docs/permissions.md': () => (require('./permissions-page') as typeof import('./permissions-page')).generatePermissionsPage(),
};

if (require.main === module) {
  for (const [file, make] of Object.entries(GENERATED)) {
    writeFileSync(join(__dirname, '..', file), make());
  }
}
