import { TerraformStack } from 'cdktf';
import { accountsOf, configure, deploy, eventsOf, identity, invoiceBot, inWorkspaces, OWN_SECRET, PROJECT, RECORDS } from './bots';
import { Workspace } from './terraform';
import { AuditReport } from '../../../runtime/audit';
import { AgentStage } from '../../../src/core';
import * as google from '../../../src/google';

let workspace: Workspace;

const onGoogle = (...words: string[]) => workspace.nhi('--google-registry', `gs://${RECORDS}`, ...words);

describe('proof of a leave, with the real Terraform and the command', () => {
  inWorkspaces((opened) => {
    workspace = opened;
  });

  test('an agent that moves, fails to leave, and leaves by RetiredAgents has one certificate with all of it', async () => {
    const fake = workspace.google;
    // The fake's clock would be before the agent joined: Terraform's programs use the real one.
    fake.now = new Date();
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.TEST));
    const [first] = accountsOf(fake, 'invoice-bot');
    fake.policies.grant('projects/acme-test', 'roles/byhand', `serviceAccount:${first.email}`);
    await deploy(workspace, (stack) => invoiceBot(stack, AgentStage.PRODUCTION));
    const [second] = accountsOf(fake, 'invoice-bot');
    expect((await onGoogle('show', 'invoice-bot')).out).toContain(`live        //iam.googleapis.com/projects/${PROJECT}/serviceAccounts/${second.email} (${second.uniqueId})`);

    fake.accounts.addKey(second.email);
    fake.fail({ matching: /^DELETE .*\/keys\//, status: 403 });
    const retired = (stack: TerraformStack) => {
      identity(stack, 'mail-bot', AgentStage.TEST, { registry: google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT }) });
      new google.RetiredAgents(stack, 'Retired', { agentNames: ['invoice-bot'] });
    };
    await configure(workspace, retired);
    const failed = await workspace.run('apply', '-auto-approve', '-input=false');
    expect(failed.code).not.toBe(0);
    expect((await onGoogle('list')).out).toMatch(/^invoice-bot +active +production .* TeardownIncomplete$/m);

    fake.heal();
    await workspace.apply();
    expect(fake.accounts.all().map(({ email }) => email)).not.toContain(second.email);
    expect(eventsOf(fake).filter((event) => event !== 'joined')).toEqual(['moved', 'left']);
    const listed = (await onGoogle('list')).out;
    expect(listed).toMatch(/^invoice-bot +left +production .* agents *$/m);
    expect(listed).toMatch(/^mail-bot +active +test /m);

    const { code, out } = await onGoogle('certificate', 'invoice-bot');
    expect(code).toBe(0);
    expect(out).toContain('purpose      Matches supplier invoices to purchase orders');
    expect(out).toContain(`  ${first.email} (${first.uniqueId}), test\n`);
    expect(out).toContain('for the move to production ended at');
    expect(out).toContain(`  ${second.email} (${second.uniqueId}), production\n`);
    expect(out).toMatch(/deleted, and not found by a second search\n(?: {2}.*\n)*/);
    const deleted = out.split('deleted, and not found by a second search\n')[1].split('\n\n')[0].split('\n').map((line) => line.trim());
    expect(deleted).toEqual(expect.arrayContaining(['roles/byhand on projects/acme-test', OWN_SECRET, expect.stringMatching(/^key/)]));
    expect(out).toContain('found and left alone\n  nothing\n');
    expect(await onGoogle('verify', '--all')).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 chains are intact') });

    // The programs and the command have the clock of this machine.
    const report = async () => {
      const { code: ended, out: text } = await onGoogle('--json', 'report', '--from', '2026-01-01');
      return { code: ended, ...JSON.parse(text) as AuditReport };
    };
    const reported = await report();
    const rowsOf = (id: string) => reported.sections.find((one) => one.id === id)!.rows.map(({ agent, what, facts }) => [agent, what, facts['certificate is']]);
    expect([reported.code, reported.differences, reported.registry]).toEqual([0, [], `gs://${RECORDS}`]);
    expect(rowsOf('joiners').sort()).toEqual([[`${PROJECT}/invoice-bot`, 'joined', undefined], [`${PROJECT}/mail-bot`, 'joined', undefined]]);
    expect(rowsOf('leavers')).toEqual([[`${PROJECT}/invoice-bot`, 'left', 'intact']]);

    fake.objects.tamper(RECORDS, `certificates/${PROJECT}/invoice-bot/000000000003.json`, { kind: 'decommission-certificate' });
    expect(await onGoogle('verify', 'invoice-bot')).toMatchObject({ code: 2, out: expect.stringContaining('000000000003.json WAS CHANGED') });
    const changed = await report();
    expect([changed.code, changed.differences.map(({ what }) => what)]).toEqual([2, [`certificates/${PROJECT}/invoice-bot/000000000003.json`]]);
  }, 400_000);
});
