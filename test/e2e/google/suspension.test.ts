import { TerraformStack } from 'cdktf';
import { accountsOf, configure, deploy, eventsOf, identity, inWorkspaces, invoiceBot, PLACES, PROJECT, RECORDS } from './bots';
import { Workspace } from './terraform';
import { AgentStage } from '../../../src/core';
import * as google from '../../../src/google';

let workspace: Workspace;

const WHY = ['--reason', 'Its key was seen in a public place', '--yes'];
const nhi = (...words: string[]) => workspace.nhi('--google-registry', `gs://${RECORDS}`, ...words);

function readsSecret(token: string): number {
  const path = `/v1/${PLACES.secret}/versions/latest:access`;
  return workspace.google.handle({ method: 'GET', path, query: new URLSearchParams(), body: undefined }, token, 'agent').status;
}

async function failing(fill: (stack: TerraformStack) => void): Promise<string> {
  await configure(workspace, fill);
  const { code, out, err } = await workspace.run('apply', '-auto-approve', '-input=false');
  expect(code).not.toBe(0);
  return out + err;
}

describe('a suspension, with the real Terraform and the command', () => {
  inWorkspaces((opened) => {
    workspace = opened;
    // Terraform's programs use the real clock.
    workspace.google.now = new Date();
  });

  test('no apply lifts it, a move is refused until a person resumes the agent, and then it moves', async () => {
    const fake = workspace.google;
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST));
    const [account] = accountsOf(fake, 'invoice-bot');
    const token = fake.tokenOf(account);
    expect(readsSecret(token)).toBe(200);

    expect(await nhi('suspend', 'invoice-bot', ...WHY)).toMatchObject({ code: 0, out: expect.stringContaining('status      suspended') });
    expect([...fake.denyPolicies.policies.keys()].map((name) => name.split('/').slice(0, 2).join('/')).sort())
      .toEqual(['folders/42', 'organizations/7', 'projects/700000000042', `projects/${PROJECT}`, 'projects/acme-test']);
    account.disabled = false;
    expect(readsSecret(token)).toBe(403);

    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST, { purpose: 'Another purpose' }));
    expect(account.disabled).toBe(true);
    await workspace.must('apply', '-auto-approve', '-input=false', '-replace=google_service_account.agent_invoice_bot');
    const [again] = accountsOf(fake, 'invoice-bot');
    expect([again.uniqueId === account.uniqueId, again.disabled]).toEqual([false, true]);
    expect(await failing((stack) => invoiceBot(stack, AgentStage.PRODUCTION))).toContain('AgentSuspended: invoice-bot (test)');
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([true]);

    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST));
    expect((await nhi('suspend', 'invoice-bot', ...WHY)).code).toBe(0);
    expect(await nhi('resume', 'invoice-bot', ...WHY)).toMatchObject({ code: 1, err: expect.stringContaining('TokensStillValid') });
    expect(await nhi('resume', 'invoice-bot', ...WHY, '--accept-old-tokens')).toMatchObject({ code: 0 });
    expect(fake.denyPolicies.policies.size).toBe(0);
    expect(accountsOf(fake, 'invoice-bot').map(({ disabled }) => disabled)).toEqual([false]);
    expect(readsSecret(fake.tokenOf(accountsOf(fake, 'invoice-bot')[0]))).toBe(200);
    expect(await workspace.plannedChanges()).toBe('');
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.PRODUCTION));
    expect(eventsOf(fake).filter((name, at, all) => name !== all[at - 1])).toEqual([
      'joined', 'suspended', 'suspension-completed', 'suspension-reasserted', 'principal-retired', 'suspension-reasserted', 'suspension-completed', 'resumption-started', 'resumed', 'moved',
    ]);
    expect(await nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });
  }, 500_000);

  test('a suspended agent leaves, and joins again only after a person resumed it', async () => {
    const fake = workspace.google;
    const registry = (stack: TerraformStack) => google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT, denyScope: 'organizations/42' });
    const bot = (stack: TerraformStack) => void identity(stack, 'mail-bot', AgentStage.TEST, { registry: registry(stack) });
    await deploy(workspace, bot);
    expect((await nhi('suspend', 'mail-bot', ...WHY)).code).toBe(0);
    expect([...fake.denyPolicies.policies.keys()]).toEqual([expect.stringMatching(/^organizations\/42\/nhi-mail-bot-/)]);
    await deploy(workspace, (stack) => void new google.RetiredAgents(stack, 'Left', { agentNames: ['mail-bot'] }));
    expect(accountsOf(fake, 'mail-bot')).toEqual([]);
    expect((await nhi('certificate', 'mail-bot')).out).toContain('on organizations/42: it left while it was suspended');
    expect(await failing(bot)).toContain('AgentSuspended: mail-bot (test) gets no account');
    expect(accountsOf(fake, 'mail-bot')).toEqual([]);
    expect((await nhi('resume', 'mail-bot', ...WHY)).code).toBe(0);
    await deploy(workspace, bot);
    expect(accountsOf(fake, 'mail-bot').map(({ disabled }) => disabled)).toEqual([false]);
    expect((await nhi('list')).out).toMatch(/^mail-bot +active /m);
  }, 400_000);
});
