import { Command } from 'commander';
import { commandReference } from '../../build/command-reference';
import { generateManualPage } from '../../build/manual-page';
import { nhiProgram } from '../../build/nhi-program';
import { generateReferencePage } from '../../build/reference-page';
import { pathOf, verbsOf } from '../../cli/command-tree';
import { VARIABLES } from '../../cli/environment';
import { EXIT } from '../../cli/exit-codes';

const PAGE = generateReferencePage();
const MANUAL = generateManualPage();

test('has the sections of a manual page, in its order', () => {
  const titles = ['Name', 'Synopsis', 'Description', 'Options of all commands', 'Commands', 'Exit codes', 'Errors', 'Environment', 'Files'];

  expect([...PAGE.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(titles);
  expect([...MANUAL.matchAll(/^\.SH "(.*)"$/gm)].map(([, title]) => title)).toEqual(titles.map((title) => title.toUpperCase()));
});

test.each(verbsOf(nhiProgram()).map((verb): [string, Command] => [pathOf(verb), verb]))('has %s with each of its options and an example', (path, verb) => {
  const section = PAGE.split(`\n### ${path}\n`)[1].split('\n### ')[0];
  const manual = MANUAL.replaceAll('\\-', '-').split(`\n.SS "${path}"\n`)[1].split('\n.S')[0];

  for (const { flags } of verb.options) {
    expect(section).toContain(`\`${flags}\``);
    expect(manual).toContain(`\n.TP\n\\fB${flags}\\fR\n`);
  }
  expect(section.match(new RegExp(`^${path}( |$)`, 'gm'))!.length).toBeGreaterThan(1);
});

test('has every exit code and every variable', () => {
  for (const name of [...Object.values(EXIT).map(String), ...Object.keys(VARIABLES)]) {
    expect(PAGE).toContain(`| \`${name}\` | `);
  }
});

test('does not depend on who generates it', () => {
  const before = { ...process.env };
  Object.assign(process.env, { HOME: '/home/somebody', XDG_CACHE_HOME: '/somewhere', NHI_REGISTRY: 'others', AWS_REGION: 'eu-west-9', COLUMNS: '20' });
  try {
    expect(generateReferencePage()).toBe(PAGE);
    expect(generateManualPage()).toBe(MANUAL);
  } finally {
    process.env = before;
  }
});

test('hostile text is text in both', () => {
  const program = nhiProgram();
  program.command('odd').description('.so /etc/passwd \\fB | <script>x</script> [x](y)').option('--x <x>', '\'\\" `x` | y');
  const reference = commandReference(program);

  expect(generateReferencePage(reference)).toContain('.so /etc/passwd \\\\fB \\| \\<script\\>x\\</script\\> \\[x\\](y).');
  expect(generateReferencePage(reference)).toContain('| \'\\\\" \\`x\\` \\| y |');
  expect(generateManualPage(reference)).toContain('\n\\&.so /etc/passwd \\efB | <script>x</script> [x](y).\n');
  expect(generateManualPage(reference)).toContain('\n\\&\'\\e" `x` | y\n');
});

test('the manual page has no line that man would read as another request', () => {
  const requests = MANUAL.split('\n').filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]);

  expect([...new Set(requests)].sort()).toEqual(['.PP', '.SH', '.SS', '.TH', '.TP', '.ad', '.fi', '.nf', '.nh']);
  expect(MANUAL).not.toMatch(/[^\x20-\x7e\n]/);
});
