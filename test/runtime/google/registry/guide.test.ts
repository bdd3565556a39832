import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUCKET, Life } from '../life';
import { SECRET } from '../world';

const GUIDE = join(__dirname, '..', '..', '..', '..', 'docs', 'guide', 'google.md');

test('the guide shows what the command prints for an agent that moved and left', async () => {
  const life = new Life();
  life.actor = 'terraform:invoice-bot';
  await life.join({ purpose: 'Matches supplier invoices to purchase orders' });
  life.google.policies.grant('projects/acme-test', 'roles/viewer', life.member);
  life.pass(10);
  await life.teardown('production');
  life.deleteAccount();
  life.make('production');
  await life.join({ purpose: 'Matches supplier invoices to purchase orders' });
  life.google.accounts.addKey(life.account.email);
  life.google.policies.grant(SECRET, 'roles/secretmanager.viewer', life.member);
  life.pass(50);
  await life.teardown();
  life.deleteAccount();
  await life.leave();

  const words = ['--google-registry', `gs://${BUCKET}`, 'certificate', 'invoice-bot'];
  const { out } = await life.nhi('certificate', 'invoice-bot');
  const shown = [`$ nhi ${words.join(' ')}`, ...out.split('\n')].map((line) => (line === '' ? '' : `    ${line}`)).join('\n');

  expect(readFileSync(GUIDE, 'utf8')).toContain(shown);
});
