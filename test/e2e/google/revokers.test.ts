import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { accountsOf, deploy, identity, inWorkspaces, PROJECT, RECORDS } from './bots';
import { Workspace } from './terraform';
import { AgentStage, MonthlyCost } from '../../../src/core';
import * as google from '../../../src/google';
import { Revoker } from '../../../src/revokers';
import { AccountServer, answer } from '../../runtime/revokers/local-server';
import { LOCAL_TLS } from '../../runtime/revokers/local-tls';
import { ScimService } from '../../runtime/revokers/scim-service';

const SECRET = 'projects/acme-test/secrets/third-parties';
const TOKEN = 'T0KEN-of-third-parties';
let workspace: Workspace;
let scim: ScimService;
let crm: AccountServer;

const nhi = (...words: string[]) => workspace.nhi('--google-registry', `gs://${RECORDS}`, ...words);

function bot(stack: TerraformStack, stage = AgentStage.TEST): void {
  identity(stack, 'invoice-bot', stage, {
    registry: google.LifecycleRegistry.fromRegistryName(stack, 'Registry', { project: PROJECT }),
    revokers: [
      Revoker.scim('okta', { baseUrl: scim.baseUrl, googleSecret: SECRET, monthlyCost: MonthlyCost.of(12.5, 'EUR') }),
      Revoker.http('crm', {
        url: `${crm.origin}/accounts/{agentName}`, verify: { url: `${crm.origin}/accounts/{agentName}` }, googleSecret: SECRET, headers: { authorization: 'Bearer {token}' },
      }),
      Revoker.human('sap', { team: ['it-desk@example.com'], steps: ['Open transaction SU01 and delete the user'] }),
    ],
  });
}

/** Every file that Terraform has: configuration, state, and its backup. */
function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && statSync(file).size < 4_000_000).map((file) => readFileSync(file, 'utf8')).join('\n');
}

describe('access outside of Google Cloud, with the real Terraform, the command, and servers on this machine', () => {
  inWorkspaces((opened) => {
    workspace = opened;
    // Terraform's programs use the real clock.
    workspace.google.now = new Date();
  });

  beforeEach(async () => {
    [scim, crm] = await Promise.all([new ScimService().start(LOCAL_TLS), new AccountServer().start(LOCAL_TLS)]);
    scim.token = crm.token = TOKEN;
    scim.add('invoice-bot');
    scim.add('somebody');
    crm.accounts.add('invoice-bot').add('somebody');
    const authority = join(workspace.root, 'authority.pem');
    writeFileSync(authority, LOCAL_TLS.cert);
    workspace.environment = { NHI_REVOKER_PRIVATE_HOSTS: '127.0.0.1', NODE_EXTRA_CA_CERTS: authority };
    workspace.google.documents.add(SECRET, 'secret');
    workspace.google.secrets.values.set(SECRET, [JSON.stringify({ hosts: `${scim.host} ${crm.host}`, forAgents: '*-bot', token: TOKEN })]);
  });

  afterEach(() => Promise.all([scim, crm].map((server) => server[Symbol.asyncDispose]())));

  test('a move revokes nothing, terraform destroy revokes all, and what people confirm continues the certificate', async () => {
    await deploy(workspace, (stack) => bot(stack));
    expect((await nhi('show', 'invoice-bot')).out).toMatch(/^outside +okta \(scim, 12\.50 EUR a month\)$/m);
    await deploy(workspace, (stack) => bot(stack, AgentStage.PRODUCTION));
    expect([...scim.received, ...crm.received]).toEqual([]);
    expect(await workspace.plannedChanges()).toBe('');

    const said = await workspace.destroy();
    expect(accountsOf(workspace.google, 'invoice-bot')).toEqual([]);
    expect(scim.users.map(({ userName }) => userName)).toEqual(['somebody']);
    expect([...crm.accounts]).toEqual(['somebody']);
    expect(said).toContain('sap (human): people have to revoke it');
    expect((await nhi('list')).out).toMatch(/^invoice-bot +revoking /m);
    const { out } = await nhi('certificate', 'invoice-bot');
    expect(out).toMatch(/okta \(scim, 12\.50 EUR a month\)\n +found active, and asked to revoke it\n +a look at .* saw that it is revoked/);
    expect(out).toMatch(/sap \(human\)\n +found unknown: nobody could look\n +NOT CONFIRMED/);

    workspace.google.callers.set('kim', { email: 'kim.roe@example.com', permissions: ['storage.objects.get', 'storage.objects.list', 'storage.objects.create', 'pubsub.topics.publish'] });
    const confirmed = await workspace.nhiAs('kim', '--google-registry', `gs://${RECORDS}`, 'confirm', 'invoice-bot', 'sap', '--reason', 'Deleted in SU01', '--yes');
    expect(confirmed).toMatchObject({ code: 0, out: expect.stringMatching(/^status +left$/m) });
    expect((await nhi('certificate', 'invoice-bot')).out).toContain('Third part, recorded');
    expect(await nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });

    const written = JSON.stringify(workspace.google.objects.names(RECORDS).map((name) => workspace.google.objects.find(RECORDS, name)));
    expect(written).toContain(SECRET);
    expect(textsIn(workspace.directory)).toContain(SECRET);
    expect(`${textsIn(workspace.directory)}${said}${written}${out}${confirmed.out}${confirmed.err}`).not.toContain(TOKEN);
  }, 400_000);

  test('a server that is down keeps no agent from leaving by RetiredAgents; the name joins again when nhi retry saw the access gone', async () => {
    await deploy(workspace, (stack) => bot(stack));
    crm.before = (_received, response) => answer(response, 503);
    await deploy(workspace, (stack) => void new google.RetiredAgents(stack, 'Left', { agentNames: ['invoice-bot'] }));
    expect(accountsOf(workspace.google, 'invoice-bot')).toEqual([]);
    expect([...crm.accounts]).toEqual(['invoice-bot', 'somebody']);
    expect((await nhi('status')).out).toMatch(/revocation open +1 +invoice-bot crm sap/);
    await expect(deploy(workspace, (stack) => bot(stack))).rejects.toThrow('RevocationsOpen');
    expect(accountsOf(workspace.google, 'invoice-bot')).toEqual([]);

    crm.before = undefined;
    expect((await nhi('retry', 'invoice-bot', '--yes')).out).toMatch(/^revocation +crm \(http\): confirmed at [^]*^revocation +sap \(human\): OPEN/m);
    expect([...crm.accounts]).toEqual(['somebody']);
    expect(await nhi('verify', 'invoice-bot')).toMatchObject({ code: 0, out: expect.stringContaining('is intact') });
  }, 400_000);
});
