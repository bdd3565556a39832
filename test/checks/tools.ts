import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { pythonWith } from '../emulator/python-environment';

/** Something that a tool finds in a resource. */
export interface Finding {
  readonly rule: string;
  /** `app/Stack/resource`: the path of the construct for cdk-nag, the logical id for the others. */
  readonly at: string;
}

const CACHE = join(__dirname, '..', '..', '.cache', 'linters-venv');

/** The interpreter that has cfn-lint and checkov. The first start installs them. */
export function pythonOfLinters(): Promise<string> {
  return pythonWith(join(__dirname, 'requirements.txt'), CACHE, (message) => process.stderr.write(`${message}\n`), 'cfnlint, checkov');
}

/** What the rules AwsSolutions find in a synthesized app, errors and warnings. */
export function nag(name: string, app: App): Finding[] {
  return new AwsSolutionsChecks(app).validateScope(app).violations
    .flatMap(({ ruleName: rule, violatingResources }) => violatingResources.map(({ constructPath }) => ({ rule, at: `${name}/${constructPath}` })));
}

interface LintMatch {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path?: (string | number)[] };
}

/**
 * What cfn-lint finds in the templates of the apps in a folder, of every severity. I1022 prefers Fn::Sub to each Fn::Join that the CDK writes, in every template
 * of the CDK.
 */
export async function cfnLint(python: string, folder: string): Promise<Finding[]> {
  const files = readdirSync(folder).flatMap((app) => readdirSync(join(folder, app)).filter((file) => file.endsWith('.template.json')).map((file) => join(folder, app, file)));
  const code = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const found = JSON.parse(await run(python, ['-c', code, '--format', 'json', '--include-checks', 'I', '--ignore-checks', 'I1022', '--', ...files])) as LintMatch[];
  return found.map(({ Filename, Rule, Location: { Path: [, id = ''] = [] } }) => ({ rule: Rule.Id, at: `${placeOf(folder, Filename)}/${id}` }));
}

interface CheckovReport {
  readonly results: { readonly failed_checks: { readonly check_id: string; readonly file_path: string; readonly resource: string }[] };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** What checkov finds in the templates of a folder. It reaches no network. It can't read what CDKTF writes: its parser ends at the first list of blocks. */
export async function checkov(python: string, folder: string): Promise<Finding[]> {
  const output = await run(python, [
    '-m', 'checkov.main', '--directory', folder, '--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--output', 'json',
  ]);
  const { results, summary } = JSON.parse(output) as CheckovReport;
  if (summary.parsing_errors > 0 || summary.passed === 0) {
    throw new Error(`checkov could not read each template, or checked nothing: ${JSON.stringify(summary)}`);
  }
  return results.failed_checks.map(({ check_id: rule, file_path: file, resource }) => ({ rule, at: `${placeOf('/', file)}/${resource.split('.').at(-1)}` }));
}

/** `app/Stack` of a template. */
function placeOf(folder: string, file: string): string {
  return relative(folder, file).replace(/\.template\.json$/, '');
}

/** The output of a tool that ends with another status if it finds something. */
function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (/^\s*[[{]/.test(stdout)) {
        resolve(stdout);
      } else {
        reject(new Error(`${args.slice(0, 2).join(' ')} ended with ${error?.code}: ${stderr.slice(-2_000)}`));
      }
    });
  });
}
