import { AgentAccount, OTHER_ROLE, ROLE } from './agent';
import { agentRuntimes } from '../../../../runtime/aws/cuts/agent-runtimes';

const POLICY = '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"bedrock-agentcore:InvokeAgentRuntime","Resource":"*"}]}';

test('denies everybody the invocation, and puts back the resource policy that was there, or none', async () => {
  const account = new AgentAccount();
  const { runtimes } = account.compute;
  runtimes.set('plain', { role: ROLE });
  runtimes.set('shared', { role: ROLE, policy: POLICY });
  runtimes.set('others', { role: OTHER_ROLE, policy: POLICY });
  const before = account.compute.snapshot();

  const changes = await account.cut(agentRuntimes);
  expect(changes.map(({ was }) => was)).toEqual(['none', POLICY]);
  expect(JSON.parse(runtimes.get('shared')!.policy!).Statement).toMatchObject([{
    Effect: 'Deny', Principal: '*', Action: 'bedrock-agentcore:InvokeAgentRuntime*', Resource: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/shared',
  }]);
  expect(account.compute.on()).toEqual(['others']);
  expect(await account.on(agentRuntimes)).toEqual([]);
  await account.restore(agentRuntimes, changes);
  expect(account.compute.snapshot()).toEqual(before);
});

test('leaves alone a policy that somebody wrote since', async () => {
  const account = new AgentAccount();
  account.compute.runtimes.set('plain', { role: ROLE });
  const changes = await account.cut(agentRuntimes);
  account.compute.runtimes.get('plain')!.policy = POLICY;
  await account.restore(agentRuntimes, changes);
  expect(account.compute.runtimes.get('plain')!.policy).toBe(POLICY);
});
