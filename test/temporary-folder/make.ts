import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';

/**
 * Creates one temporary folder for the whole run, which is deleted after it. Each `new App()` of the CDK creates a folder there and leaves it. The
 * workers inherit the variable, because they start after this.
 */
export default function make(): void {
  process.env.TMPDIR = process.env.NHI_TESTS_FOLDER = mkdtempSync(join(tmpdir(), 'nhi-tests-'));
  // The CDK's own check of finished templates takes most of the time of a synthesis. What it finds are warnings, which no test reads.
  process.env.CDK_VALIDATION ??= 'false';
  // Nor does any read where a construct was created; Jest makes these traces long and maps each line to its source.
  process.env.CDK_CONTEXT_JSON ??= JSON.stringify({ [DISABLE_CREATION_STACK_TRACES]: true });
}
