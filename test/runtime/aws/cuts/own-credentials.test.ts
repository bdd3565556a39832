import { AgentAccount } from './agent';
import { Cut } from '../../../../runtime/aws/cuts';
import { apiGatewayKeys } from '../../../../runtime/aws/cuts/api-gateway-keys';
import { CutContext } from '../../../../runtime/aws/cuts/cut-context';
import { rolesAnywhereProfiles } from '../../../../runtime/aws/cuts/roles-anywhere-profiles';
import { Account } from '../wipers/account';
import { leaveCredentials } from '../wipers/residue';

const CUTS: [cut: Cut, own: string][] = [[apiGatewayKeys, 'key-0'], [rolesAnywhereProfiles, 'profile-0']];

let services: Account['services'];
let agent: AgentAccount;
beforeEach(() => {
  const account = new Account();
  leaveCredentials(account);
  services = account.services;
  agent = new AgentAccount();
  (agent.context as { calls: CutContext['calls'] }).calls = services.calls();
  agent.credentials.push(...account.credentials);
});

test.each(CUTS.map(([cut, own]) => [cut.name, cut, own] as const))('%s: the agent\'s own is switched off and on again, and those of others stay on', async (_name, cut, own) => {
  const changes = await agent.cut(cut);
  expect(changes).toEqual([{ id: `agents_invoice-bot_test_erp/${own}`, was: 'enabled' }]);
  expect([...services.off]).toEqual([own]);
  expect(await agent.on(cut)).toEqual([]);

  await agent.restore(cut, changes);

  expect([...services.off]).toEqual([]);
  expect(await agent.on(cut)).toHaveLength(1);
});

test.each(CUTS.map(([cut, own]) => [cut.name, cut, own] as const))('%s: what somebody had switched off before is not recorded, so that nothing switches it on', async (_name, cut, own) => {
  services.off.add(own);
  expect(await agent.cut(cut)).toEqual([]);
  expect([...services.off]).toEqual([own]);
});

test.each(CUTS.map(([cut]) => [cut.name, cut] as const))('%s: what was deleted meanwhile is no error, and no service is asked for an agent that declares none', async (_name, cut) => {
  const changes = await agent.cut(cut);
  services.apiKeys.clear();
  services.profiles.clear();
  await expect(agent.restore(cut, changes)).resolves.toBeUndefined();
  await expect(cut.apply(agent.context, changes[0].id, agent.holdings())).resolves.toBeUndefined();

  agent.credentials.length = 0;
  services.called.length = 0;
  expect(await cut.find(agent.context, agent.holdings())).toEqual([]);
  expect(services.called).toEqual([]);
});
