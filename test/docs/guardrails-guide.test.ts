import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_RULES } from '../../src/aws/guardrails/rules';
import { FINDING_RULES, OWASP_ITEMS } from '../../src/core/identities/finding-rules';

const DOCS = join(__dirname, '..', '..', 'docs', 'guide');
const GUARDRAILS = readFileSync(join(DOCS, 'guardrails.md'), 'utf8');
const INVENTORY = readFileSync(join(DOCS, 'inventory.md'), 'utf8');

test('the guide has each rule as it is', () => {
  const rows = BUILT_IN_RULES.map(({ ruleId, severity, when }) => `| \`${ruleId}\` | ${severity} | ${when} |`);

  expect(GUARDRAILS.split('\n').filter((line) => line.startsWith('| `NHI'))).toEqual(rows);
});

test('there is a rule for each item of OWASP, and they are in its order', () => {
  const items = Object.keys(OWASP_ITEMS);
  const ofRules = BUILT_IN_RULES.map(({ ruleId }) => items.indexOf(ruleId.split('-')[0]));

  expect([...new Set(ofRules)]).toEqual(items.map((_item, index) => index));
  expect(ofRules).toEqual([...ofRules].sort((one, other) => one - other));
});

test('each rule of the table is one of the templates or of the inventory, in a guide', () => {
  const ofTemplates = BUILT_IN_RULES.map(({ name }): string => name);

  expect(Object.keys(FINDING_RULES).filter((name) => !ofTemplates.includes(name) && !INVENTORY.includes(name))).toEqual([]);
});
