import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Testing } from 'cdktf';
import { agentIn, resources, stackOf } from './agents';
import { RetiredAgents } from '../../src/google';

/** Linux's limit for an environment variable. */
const VARIABLE = 128 * 1024;
/** 200 characters without repetition. */
const random = (index: number) => [1, 2, 3, 4].map((salt) => createHash('sha256').update(`${index} ${salt}`).digest('hex')).join('').slice(0, 200);

test('an agent of 2,000 grants fits into what a process may receive', () => {
  const stack = stackOf();
  const { access } = agentIn(stack);
  for (let index = 0; index < 2_000; index += 1) {
    access.toSecret(`projects/acme-prod/secrets/supplier-${index}`, 'roles/secretmanager.secretAccessor');
  }
  const { input } = resources(stack, 'terraform_data').agent_invoice_bot;

  expect(input.length).toBeGreaterThan(VARIABLE);
  expect(gzipSync(input).toString('base64').length).toBeLessThan(VARIABLE);
});

test('AgentTooLarge: what fits in no way is refused at synth', () => {
  const stack = stackOf();
  const { access } = agentIn(stack);
  for (let index = 0; index < 1_500; index += 1) {
    access.toSecret(`projects/acme-prod/secrets/${random(index)}`, 'roles/secretmanager.secretAccessor');
  }

  expect(() => Testing.synth(stack)).toThrow(/^AgentTooLarge: own: what terraform_data\.agent_invoice_bot /);
});

test.each([[4_000, false], [5_000, true]])('RosterTooLarge: %i retired agents: %p', (count, refused) => {
  const stack = stackOf();
  new RetiredAgents(stack, 'Retired', { agentNames: Array.from({ length: count }, (_none, index) => `invoice-matching-bot-${10_000 + index}`) });
  const synth = expect(() => Testing.synth(stack));

  refused ? synth.toThrow(/^RosterTooLarge: own: 5000 agents/) : synth.not.toThrow();
});
