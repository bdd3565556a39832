import {
  BedrockAgentCoreControlClient, DeleteResourcePolicyCommand, GetAgentRuntimeCommand, GetResourcePolicyCommand, PutResourcePolicyCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { Cut } from './cut';
import { ofEach, unlessMissing } from './missing';

/** The runtime had no resource policy. */
const NONE = 'none';
const SID = 'NhiSuspended';

/**
 * AgentCore runtimes that run with the agent's role get a resource policy that denies everybody their invocation. Sessions that run can't be listed,
 * so they are not stopped: what they do with the role is denied, and AgentCore ends them when they are idle.
 */
export const agentRuntimes: Cut = {
  name: 'agent-runtimes',
  needs: [{
    sid: 'StopAgentRuntimes',
    actions: ['GetAgentRuntime', 'GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'].map((action) => `bedrock-agentcore:${action}`),
    resources: ['arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/*'],
  }],
  find: async ({ agentRuntimes: client }, holdings) => ofEach(await holdings.of('AWS::BedrockAgentCore::Runtime'), async (physicalId) => {
    const { roleArn, agentRuntimeArn: id = '' } = await client.send(new GetAgentRuntimeCommand({ agentRuntimeId: physicalId.split('/').at(-1) }));
    if (!holdings.holds(roleArn)) {
      return undefined;
    }
    const policy = await policyOf(client, id);
    return { id, isCut: isOurs(policy), was: policy };
  }),
  apply: ({ agentRuntimes: client }, resourceArn) => unlessMissing(() => client.send(
    new PutResourcePolicyCommand({ resourceArn, policy: denying(resourceArn) }))),
  restore: ({ agentRuntimes: client }, { id: resourceArn, was }) => unlessMissing(async () => {
    if (isOurs(await policyOf(client, resourceArn))) {
      await (was === NONE
        ? client.send(new DeleteResourcePolicyCommand({ resourceArn }))
        : client.send(new PutResourcePolicyCommand({ resourceArn, policy: was })));
    }
  }),
};

async function policyOf(client: BedrockAgentCoreControlClient, resourceArn: string): Promise<string> {
  const found = await unlessMissing(() => client.send(new GetResourcePolicyCommand({ resourceArn })));
  return found?.policy ?? NONE;
}

function isOurs(policy: string): boolean {
  return policy.includes(`"${SID}"`);
}

function denying(Resource: string): string {
  return JSON.stringify({
    Version: '2012-10-17', Statement: [{ Sid: SID, Effect: 'Deny', Principal: '*', Action: 'bedrock-agentcore:InvokeAgentRuntime*', Resource }],
  });
}
